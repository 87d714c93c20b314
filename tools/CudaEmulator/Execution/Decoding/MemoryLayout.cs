using SpecExecNative.CudaEmulator.Ptx.Syntax;

namespace SpecExecNative.CudaEmulator.Execution.Decoding;

/// <summary>Places a kernel's shared and local variables. Shared ones are kept apart, so that an access behind the end
/// of one cannot land in the next.</summary>
internal sealed class MemoryLayout
{
    private const int Gap = 128;
    private readonly Dictionary<PtxDeclaration, int> _shared = new(ReferenceEqualityComparer.Instance);
    private readonly List<SharedVariable> _variables = [];
    private int _sharedEnd = Gap;

    /// <summary>Bytes of static shared memory as a card lays them out.</summary>
    public int StaticSharedBytes { get; private set; }

    public int LocalBytes { get; private set; }

    public IReadOnlyList<SharedVariable> Shared => _variables;

    public int DynamicSharedStart => RoundUp(_sharedEnd, Gap);

    public void AddShared(PtxDeclaration variable)
    {
        if (_shared.ContainsKey(variable))
        {
            return;
        }

        int start = RoundUp(_sharedEnd, Math.Max(16, variable.Alignment));
        int end = start + (int)variable.Bytes;
        _shared.Add(variable, start);
        _variables.Add(new SharedVariable(variable.Name, start, end));
        _sharedEnd = end + Gap;
        StaticSharedBytes = RoundUp(StaticSharedBytes, Math.Max(1, variable.Alignment)) + (int)variable.Bytes;
    }

    public int SharedAddress(PtxDeclaration variable) =>
        variable.IsExtern ? DynamicSharedStart : _shared[variable];

    public int AddLocal(PtxDeclaration variable)
    {
        int start = RoundUp(LocalBytes, Math.Max(8, variable.Alignment));
        LocalBytes = RoundUp(start + (int)variable.Bytes, 16);
        return start;
    }

    private static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;
}
