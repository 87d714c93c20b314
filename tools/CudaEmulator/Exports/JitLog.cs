using System.Text;

namespace SpecExecNative.CudaEmulator.Exports;

/// <summary>The error log that cuModuleLoadDataEx fills for its caller (CU_JIT_ERROR_LOG_BUFFER and its size).</summary>
internal sealed unsafe class JitLog
{
    private const int InfoLogSize = 4;
    private const int ErrorLogBuffer = 5;
    private const int ErrorLogSize = 6;

    private readonly byte* _buffer;
    private readonly void** _size;

    internal JitLog(uint count, int* options, void** values)
    {
        for (uint i = 0; i < count; i++)
        {
            switch (options[i])
            {
                case InfoLogSize:
                    values[i] = null;
                    break;
                case ErrorLogBuffer:
                    _buffer = (byte*)values[i];
                    break;
                case ErrorLogSize:
                    _size = &values[i];
                    break;
                default:
                    break;
            }
        }
    }

    internal StringBuilder Text { get; } = new();

    /// <summary>Writes the text; the option's value becomes the number of bytes written.</summary>
    internal void Deliver()
    {
        if (_size is null)
        {
            return;
        }

        // Sizes are passed in place of a pointer, as 32 bits.
        nuint capacity = (uint)(nuint)(*_size);
        int needed = Text.Length == 0 ? 0 : NativeText.Write(Text.ToString(), _buffer, _buffer is null ? 0 : capacity);
        *_size = (void*)Math.Min((nuint)needed, capacity);
    }
}
