using System.Runtime.InteropServices;

namespace SpecExecNative.CudaEmulator.Memory;

/// <summary>Cells of the race check for a block of global memory, one for each two bytes and each of writing and
/// reading. Pages come to be when a kernel first touches them.</summary>
internal sealed unsafe class ShadowPages(long bytes) : IDisposable
{
    public const int PageShift = 15;
    public const int GranulesOfPage = 1 << (PageShift - 1);
    private readonly nint[] _pages = new nint[(bytes >> PageShift) + 1];

    /// <summary>The page of a byte: its cells of writing, and behind them those of reading.</summary>
    public ulong* Page(long offset)
    {
        ref nint slot = ref _pages[offset >> PageShift];
        nint page = Volatile.Read(ref slot);
        if (page == 0)
        {
            nint fresh = (nint)NativeMemory.AllocZeroed(2 * GranulesOfPage, sizeof(ulong));
            page = Interlocked.CompareExchange(ref slot, fresh, 0);
            if (page == 0)
            {
                return (ulong*)fresh;
            }

            NativeMemory.Free((void*)fresh);
        }

        return (ulong*)page;
    }

    public void Clear()
    {
        foreach (nint page in _pages)
        {
            if (page != 0)
            {
                NativeMemory.Clear((void*)page, 2 * GranulesOfPage * sizeof(ulong));
            }
        }
    }

    public void Dispose()
    {
        for (int i = 0; i < _pages.Length; i++)
        {
            NativeMemory.Free((void*)Interlocked.Exchange(ref _pages[i], 0));
        }
    }
}
