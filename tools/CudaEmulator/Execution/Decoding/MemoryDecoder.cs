using SpecExecNative.CudaEmulator.Execution.Memory;
using SpecExecNative.CudaEmulator.Ptx;
using SpecExecNative.CudaEmulator.Ptx.Syntax;
using unsafe Handler = delegate*<SpecExecNative.CudaEmulator.Execution.Warp, SpecExecNative.CudaEmulator.Execution.Instruction, uint, void>;

namespace SpecExecNative.CudaEmulator.Execution.Decoding;

/// <summary>ld, st, atom, red, fences and cache hints. Cache operators change nothing here.</summary>
internal static unsafe class MemoryDecoder
{
    public static readonly Dictionary<string, Action<Draft>> Opcodes = new()
    {
        ["ld"] = Load,
        ["ldu"] = Load,
        ["st"] = Store,
        ["atom"] = d => Atomic(d, returns: true),
        ["red"] = d => Atomic(d, returns: false),
        ["membar"] = MemoryBarrier,
        ["fence"] = Fence,
        ["prefetch"] = Prefetch,
        ["createpolicy"] = CreatePolicy,
    };

    private static readonly PtxType[] Elements =
    [
        PtxType.B8, PtxType.U8, PtxType.S8, PtxType.B16, PtxType.U16, PtxType.S16, PtxType.F16, PtxType.BF16,
        PtxType.B32, PtxType.U32, PtxType.S32, PtxType.F32, PtxType.F16x2, PtxType.BF16x2,
        PtxType.B64, PtxType.U64, PtxType.S64, PtxType.F64,
    ];

    /// <summary>Takes the cache policy operand that a cache hint announces, if it is there.</summary>
    public static void Policy(Draft d, int operand)
    {
        d.Source(operand, PtxType.B64);
    }

    private static void Load(Draft d)
    {
        Order(d, "acquire");
        string space = d.TakeAny("param", "global", "shared::cta", "shared", "local", "const");
        d.TakeAny("ca", "cg", "cs", "lu", "cv");
        d.Take("nc");
        bool hint = CacheLevels(d);
        int count = Count(d);
        PtxType type = d.Type(Elements);
        CheckVector(d, count, type);
        d.Count(hint ? 3 : 2);
        d.Result.Vector = d.Vector(0, type, count, destination: true, orWider: true);
        bool wide = RegisterWidth(d, 0) == 8;
        if (hint)
        {
            Policy(d, 2);
        }

        if (space == "param" && Parameter(d, d.Operands[1], out long offset))
        {
            d.Result.Offset = offset;
            d.Execute(Loads(type, wide).Parameter);
            return;
        }

        Address(d, 1, space);
        d.Execute(Loads(type, wide).Memory);
    }

    private static void Store(Draft d)
    {
        Order(d, "release");
        string space = d.TakeAny("param", "global", "shared::cta", "shared", "local");
        d.TakeAny("wb", "cg", "cs", "wt");
        bool hint = CacheLevels(d);
        int count = Count(d);
        PtxType type = d.Type(Elements);
        CheckVector(d, count, type);
        d.Count(hint ? 3 : 2);
        if (hint)
        {
            Policy(d, 2);
        }

        Address(d, 0, space);
        d.Result.Vector = d.Vector(1, type, count, destination: false, orWider: true);
        bool wide = type.Bytes() == 8 || RegisterWidth(d, 1) == 8;
        d.Execute((type.Bytes(), wide) switch
        {
            (1, false) => &LoadStoreHandlers.Store<byte, uint>,
            (2, false) => &LoadStoreHandlers.Store<ushort, uint>,
            (4, false) => &LoadStoreHandlers.Store<uint, uint>,
            (1, true) => &LoadStoreHandlers.Store<byte, ulong>,
            (2, true) => &LoadStoreHandlers.Store<ushort, ulong>,
            (4, true) => &LoadStoreHandlers.Store<uint, ulong>,
            _ => &LoadStoreHandlers.Store<ulong, ulong>,
        });
    }

    private readonly struct LoadPair(Handler memory, Handler parameter)
    {
        public Handler Memory { get; } = memory;

        public Handler Parameter { get; } = parameter;
    }

    private static LoadPair Loads(PtxType type, bool wide) => (type, wide) switch
    {
        (PtxType.S8, false) => new(&LoadStoreHandlers.Load<sbyte, uint>, &LoadStoreHandlers.LoadParameter<sbyte, uint>),
        (PtxType.S16, false) => new(&LoadStoreHandlers.Load<short, uint>, &LoadStoreHandlers.LoadParameter<short, uint>),
        (PtxType.S8, true) => new(&LoadStoreHandlers.Load<sbyte, ulong>, &LoadStoreHandlers.LoadParameter<sbyte, ulong>),
        (PtxType.S16, true) => new(&LoadStoreHandlers.Load<short, ulong>, &LoadStoreHandlers.LoadParameter<short, ulong>),
        (PtxType.S32, true) => new(&LoadStoreHandlers.Load<int, ulong>, &LoadStoreHandlers.LoadParameter<int, ulong>),
        _ => (type.Bytes(), wide) switch
        {
            (1, false) => new(&LoadStoreHandlers.Load<byte, uint>, &LoadStoreHandlers.LoadParameter<byte, uint>),
            (2, false) => new(&LoadStoreHandlers.Load<ushort, uint>, &LoadStoreHandlers.LoadParameter<ushort, uint>),
            (4, false) => new(&LoadStoreHandlers.Load<uint, uint>, &LoadStoreHandlers.LoadParameter<uint, uint>),
            (1, true) => new(&LoadStoreHandlers.Load<byte, ulong>, &LoadStoreHandlers.LoadParameter<byte, ulong>),
            (2, true) => new(&LoadStoreHandlers.Load<ushort, ulong>, &LoadStoreHandlers.LoadParameter<ushort, ulong>),
            (4, true) => new(&LoadStoreHandlers.Load<uint, ulong>, &LoadStoreHandlers.LoadParameter<uint, ulong>),
            _ => new(&LoadStoreHandlers.Load<ulong, ulong>, &LoadStoreHandlers.LoadParameter<ulong, ulong>),
        },
    };

    private static void Order(Draft d, string strongest)
    {
        string order = d.TakeAny("weak", "volatile", "relaxed", strongest);
        d.Result.Order = order switch
        {
            "volatile" or "relaxed" => AccessOrder.Relaxed,
            "acquire" => AccessOrder.Acquire,
            "release" => AccessOrder.Release,
            _ => AccessOrder.Weak,
        };
        if (order is "relaxed" or "acquire" or "release")
        {
            d.Expect("cta", "cluster", "gpu", "sys");
        }
    }

    /// <summary>Eviction priorities, prefetch sizes and the cache hint, which brings one more operand.</summary>
    private static bool CacheLevels(Draft d)
    {
        d.TakeAny("L1::evict_normal", "L1::evict_unchanged", "L1::evict_first", "L1::evict_last", "L1::no_allocate");
        bool hint = d.Take("L2::cache_hint");
        d.TakeAny("L2::64B", "L2::128B", "L2::256B");
        return hint;
    }

    private static int Count(Draft d) => d.TakeAny("v2", "v4") switch
    {
        "v2" => 2,
        "v4" => 4,
        _ => 1,
    };

    private static void CheckVector(Draft d, int count, PtxType type)
    {
        if (count * type.Bytes() > 16)
        {
            throw d.Error("a lane moves at most 16 bytes at once");
        }
    }

    private static int RegisterWidth(Draft d, int operand)
    {
        PtxOperand written = d.Operands[operand];
        PtxOperand first = written.Kind == PtxOperandKind.Vector ? written.Elements[0] : written;
        return first.Kind == PtxOperandKind.Name && d.Statement.Scope.FindRegister(first.Name)?.Type.Bytes() == 8 ? 8 : 4;
    }

    private static bool Parameter(Draft d, PtxOperand address, out long offset)
    {
        offset = address.Offset;
        if (!d.Frame.Function.IsEntry || address.Elements.Count != 1)
        {
            return false;
        }

        long end = 0;
        foreach (PtxDeclaration parameter in d.Frame.Function.Parameters)
        {
            long start = (end + parameter.Alignment - 1) / parameter.Alignment * parameter.Alignment;
            end = start + parameter.Bytes;
            if (parameter.Name == address.Elements[0].Name)
            {
                int width = PtxTypes.Find(d.Statement.Opcode[(d.Statement.Opcode.LastIndexOf('.') + 1)..]).Bytes() * d.Result.Vector.Length;
                if (offset < 0 || offset + width > parameter.Bytes)
                {
                    throw d.Error($"reads beyond parameter {parameter.Name}");
                }

                offset += start;
                return true;
            }
        }

        return false;
    }

    private static void Address(Draft d, int operand, string space)
    {
        d.Address(operand);
        d.Result.Space = space switch
        {
            "global" => StateSpace.Global,
            "shared" or "shared::cta" => StateSpace.Shared,
            "local" or "param" => StateSpace.Local,
            "const" => StateSpace.Constant,
            _ => StateSpace.Generic,
        };
        if (d.Result.Space is StateSpace.Global or StateSpace.Generic or StateSpace.Constant && !d.Result.WideAddress)
        {
            throw d.Error("a 64-bit address expected");
        }
    }

    private static void Atomic(Draft d, bool returns)
    {
        string order = d.TakeAny("relaxed", "acquire", "release", "acq_rel");
        d.Result.Order = order switch
        {
            "acquire" => AccessOrder.Acquire,
            "release" => AccessOrder.Release,
            "acq_rel" => AccessOrder.AcquireRelease,
            _ => AccessOrder.Relaxed,
        };
        d.TakeAny("cta", "cluster", "gpu", "sys");
        string space = d.TakeAny("global", "shared::cta", "shared");
        string operation = d.Expect("add", "min", "max", "and", "or", "xor", "exch", "cas", "inc", "dec");
        bool hint = d.Take("L2::cache_hint");
        PtxType type = d.Type(
            PtxType.B32, PtxType.U32, PtxType.S32, PtxType.F32, PtxType.B64, PtxType.U64, PtxType.S64, PtxType.F64);
        int sources = operation == "cas" ? 2 : 1;
        int at = returns ? 1 : 0;
        d.Count(at + 1 + sources + (hint ? 1 : 0));
        if (returns)
        {
            d.Result.D = d.Destination(0, type);
        }

        Address(d, at, space);
        d.Result.B = d.Source(at + 1, type);
        d.Result.C = sources == 2 ? d.Source(at + 2, type) : -1;
        if (hint)
        {
            Policy(d, at + 1 + sources);
        }

        d.Execute(AtomicHandler(d, operation, type));
    }

    private static Handler AtomicHandler(Draft d, string operation, PtxType type) => (operation, type) switch
    {
        ("add", PtxType.U32 or PtxType.S32) => &AtomicHandlers.Update<AtomicOperations.Add<uint>, uint>,
        ("add", PtxType.U64) => &AtomicHandlers.Update<AtomicOperations.Add<ulong>, ulong>,
        ("add", PtxType.F32) => &AtomicHandlers.Update<AtomicOperations.Add<float>, float>,
        ("add", PtxType.F64) => &AtomicHandlers.Update<AtomicOperations.Add<double>, double>,
        ("min", PtxType.U32) => &AtomicHandlers.Update<AtomicOperations.Least<uint>, uint>,
        ("min", PtxType.S32) => &AtomicHandlers.Update<AtomicOperations.Least<int>, int>,
        ("min", PtxType.U64) => &AtomicHandlers.Update<AtomicOperations.Least<ulong>, ulong>,
        ("min", PtxType.S64) => &AtomicHandlers.Update<AtomicOperations.Least<long>, long>,
        ("max", PtxType.U32) => &AtomicHandlers.Update<AtomicOperations.Most<uint>, uint>,
        ("max", PtxType.S32) => &AtomicHandlers.Update<AtomicOperations.Most<int>, int>,
        ("max", PtxType.U64) => &AtomicHandlers.Update<AtomicOperations.Most<ulong>, ulong>,
        ("max", PtxType.S64) => &AtomicHandlers.Update<AtomicOperations.Most<long>, long>,
        ("and", PtxType.B32) => &AtomicHandlers.Update<AtomicOperations.And<uint>, uint>,
        ("and", PtxType.B64) => &AtomicHandlers.Update<AtomicOperations.And<ulong>, ulong>,
        ("or", PtxType.B32) => &AtomicHandlers.Update<AtomicOperations.Or<uint>, uint>,
        ("or", PtxType.B64) => &AtomicHandlers.Update<AtomicOperations.Or<ulong>, ulong>,
        ("xor", PtxType.B32) => &AtomicHandlers.Update<AtomicOperations.ExclusiveOr<uint>, uint>,
        ("xor", PtxType.B64) => &AtomicHandlers.Update<AtomicOperations.ExclusiveOr<ulong>, ulong>,
        ("exch", PtxType.B32) => &AtomicHandlers.Update<AtomicOperations.Exchange<uint>, uint>,
        ("exch", PtxType.B64) => &AtomicHandlers.Update<AtomicOperations.Exchange<ulong>, ulong>,
        ("cas", PtxType.B32) => &AtomicHandlers.Update<AtomicOperations.CompareAndSwap<uint>, uint>,
        ("cas", PtxType.B64) => &AtomicHandlers.Update<AtomicOperations.CompareAndSwap<ulong>, ulong>,
        ("inc", PtxType.U32) => &AtomicHandlers.Update<AtomicOperations.Increment, uint>,
        ("dec", PtxType.U32) => &AtomicHandlers.Update<AtomicOperations.Decrement, uint>,
        _ => throw d.Error("this atomic is not known for this type"),
    };

    private static void MemoryBarrier(Draft d)
    {
        d.Expect("cta", "gl", "sys");
        d.Count(0);
        d.Execute(&Synchronisation.Fence);
    }

    private static void Fence(Draft d)
    {
        d.TakeAny("sc", "acq_rel");
        d.Expect("cta", "cluster", "gpu", "sys");
        d.Count(0);
        d.Execute(&Synchronisation.Fence);
    }

    private static void Prefetch(Draft d)
    {
        d.TakeAny("global", "local");
        d.Expect("L1", "L2", "L2::evict_last", "L2::evict_normal");
        d.Count(1);
        d.Address(0);
    }

    // A policy is an opaque word; loads take it and do nothing with it.
    private static void CreatePolicy(Draft d)
    {
        d.Expect("fractional");
        d.Expect("L2::evict_last", "L2::evict_normal", "L2::evict_first", "L2::evict_unchanged");
        d.TakeAny("L2::evict_first", "L2::evict_unchanged");
        d.Type(PtxType.B64);
        d.Count(1, 2);
        d.Result.D = d.Destination(0, PtxType.B64);
        if (d.Operands.Count == 2)
        {
            d.Source(1, PtxType.F32);
        }

        d.Result.A = d.Kernel.Registers.Constant(0, PtxType.B64);
        d.Execute(&Arithmetic.Lanes.VectorUnary<Arithmetic.Copy<ulong>, ulong>);
    }
}
