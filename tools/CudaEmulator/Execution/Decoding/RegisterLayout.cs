using SpecExecNative.CudaEmulator.Ptx;

namespace SpecExecNative.CudaEmulator.Execution.Decoding;

/// <summary>Gives every register its place among the warp's registers: a row of 32 values, 4 bytes each up to 32 bits,
/// else 8; a predicate is one word, a bit for each lane.</summary>
internal sealed class RegisterLayout
{
    private readonly Dictionary<(ulong Bits, bool Wide), int> _constants = [];
    private readonly Dictionary<string, int> _specials = [];
    private readonly Dictionary<string, int> _variables = [];
    private int _predicates;
    private int _predicatesLeft;

    /// <summary>Bytes taken so far.</summary>
    public int Bytes { get; private set; }

    public ConstantRegister[] Constants =>
        [.. _constants.Select(c => new ConstantRegister(c.Value, c.Key.Wide, c.Key.Bits))];

    public SpecialRegister[] Specials => [.. _specials.Select(s => new SpecialRegister(s.Value, s.Key))];

    public VariableRegister[] Variables => [.. _variables.Select(v => new VariableRegister(v.Value, v.Key))];

    public int Allocate(PtxType type)
    {
        if (type == PtxType.Pred)
        {
            return AllocatePredicate();
        }

        int at = Bytes;
        Bytes += Arithmetic.Lanes.Count * (type.Bytes() == 8 ? 8 : 4);
        return at;
    }

    public int Constant(ulong bits, PtxType type)
    {
        bool wide = type.Bytes() == 8;
        ulong value = type.Bytes() switch
        {
            8 => bits,
            2 => (ushort)bits,
            _ => (uint)bits,
        };
        if (!_constants.TryGetValue((value, wide), out int at))
        {
            at = Allocate(wide ? PtxType.B64 : PtxType.B32);
            _constants.Add((value, wide), at);
        }

        return at;
    }

    public int Special(string name)
    {
        if (!_specials.TryGetValue(name, out int at))
        {
            at = Allocate(PtxType.B32);
            _specials.Add(name, at);
        }

        return at;
    }

    public int Variable(string name)
    {
        if (!_variables.TryGetValue(name, out int at))
        {
            at = Allocate(PtxType.B64);
            _variables.Add(name, at);
        }

        return at;
    }

    private int AllocatePredicate()
    {
        if (_predicatesLeft == 0)
        {
            _predicates = Allocate(PtxType.B32);
            _predicatesLeft = Arithmetic.Lanes.Count;
        }

        return _predicates + (4 * --_predicatesLeft);
    }
}
