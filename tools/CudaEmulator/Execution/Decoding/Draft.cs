using SpecExecNative.CudaEmulator.Ptx;
using SpecExecNative.CudaEmulator.Ptx.Syntax;
using unsafe Handler = delegate*<SpecExecNative.CudaEmulator.Execution.Warp, SpecExecNative.CudaEmulator.Execution.Instruction, uint, void>;

namespace SpecExecNative.CudaEmulator.Execution.Decoding;

/// <summary>One statement on its way to an instruction. Modifiers are taken in the order of the PTX ISA's syntax; what is
/// left over in the end is an error.</summary>
internal sealed unsafe class Draft
{
    private readonly string[] _modifiers;
    private int _at = 1;

    public Draft(KernelBuilder kernel, Frame frame, PtxStatement statement)
    {
        Kernel = kernel;
        Frame = frame;
        Statement = statement;
        _modifiers = statement.Opcode.Split('.');
    }

    public KernelBuilder Kernel { get; }

    public Frame Frame { get; }

    public PtxStatement Statement { get; }

    public Instruction Result { get; } = new();

    /// <summary>Whether the last modifier is a float type: arithmetic opcodes mean two families.</summary>
    public bool IsFloat => PtxTypes.Find(_modifiers[^1]).IsFloat();

    public IReadOnlyList<PtxOperand> Operands => Statement.Operands;

    /// <summary>The instruction, or null where the statement leaves none (a call is replaced by its callee).</summary>
    public Instruction? Decode()
    {
        if (Statement.Guard is not null)
        {
            Result.Guard = Register(Statement.Guard, PtxType.Pred);
            Result.GuardNegated = Statement.GuardNegated;
        }

        if (!Opcodes.Table.TryGetValue(_modifiers[0], out Action<Draft>? decode))
        {
            throw Error("unknown opcode");
        }

        decode(this);
        if (_at != _modifiers.Length)
        {
            throw Error($"unknown modifier .{_modifiers[_at]}");
        }

        return Result.Execute is null && Result.Kind is InstructionKind.Ordinary or InstructionKind.Collective ? null : Result;
    }

    public PtxException Error(string reason) => Statement.Error(reason);

    /// <summary>Takes a modifier if it is the next one.</summary>
    public bool Take(string modifier)
    {
        if (_at >= _modifiers.Length || _modifiers[_at] != modifier)
        {
            return false;
        }

        _at++;
        return true;
    }

    /// <summary>Takes the next modifier if it is one of these; else gives the empty string.</summary>
    public string TakeAny(params ReadOnlySpan<string> modifiers)
    {
        foreach (string modifier in modifiers)
        {
            if (Take(modifier))
            {
                return modifier;
            }
        }

        return "";
    }

    /// <summary>Takes a modifier that must be there.</summary>
    public string Expect(params ReadOnlySpan<string> modifiers)
    {
        string taken = TakeAny(modifiers);
        return taken.Length > 0 ? taken : throw Error($"one of .{string.Join(", .", modifiers)} expected");
    }

    /// <summary>Takes the type, which must be one of these.</summary>
    public PtxType Type(params ReadOnlySpan<PtxType> allowed)
    {
        PtxType type = _at < _modifiers.Length ? PtxTypes.Find(_modifiers[_at]) : PtxType.None;
        if (type == PtxType.None || !allowed.Contains(type))
        {
            throw Error("this type is not known here");
        }

        _at++;
        return type;
    }

    /// <summary>Checks the number of operands.</summary>
    public void Count(int least, int most)
    {
        if (Operands.Count < least || Operands.Count > most)
        {
            throw Error($"{Operands.Count} operands; {least}{(most > least ? $" to {most}" : "")} expected");
        }
    }

    public void Count(int exactly) => Count(exactly, exactly);

    public int Destination(int operand, PtxType type) => Destination(Operands[operand], type);

    public int Destination(PtxOperand operand, PtxType type, bool orWider = false)
    {
        if (operand.Kind != PtxOperandKind.Name || operand.Negated)
        {
            throw Error("a destination register expected");
        }

        return operand.Name == "_" ? Kernel.Registers.Allocate(type) : Register(operand.Name, type, orWider);
    }

    public int Source(int operand, PtxType type) => Source(Operands[operand], type);

    public int Source(PtxOperand operand, PtxType type, bool orWider = false)
    {
        switch (operand.Kind)
        {
            case PtxOperandKind.Integer when type != PtxType.Pred && (!type.IsFloat() || type.Bytes() == 2):
                return Kernel.Registers.Constant(operand.Bits, type);
            case PtxOperandKind.Single when type.Bytes() == 4:
                return Kernel.Registers.Constant(operand.Bits, type);
            case PtxOperandKind.Double when type.Bytes() == 8:
                return Kernel.Registers.Constant(operand.Bits, type);
            case PtxOperandKind.Double when type == PtxType.F32:
                float value = (float)BitConverter.UInt64BitsToDouble(operand.Bits);
                return Kernel.Registers.Constant(BitConverter.SingleToUInt32Bits(value), type);
            case PtxOperandKind.Name when !operand.Negated:
                return NamedSource(operand.Name, type, orWider);
            default:
                throw Error("a source of this kind is not known here");
        }
    }

    /// <summary>A predicate source, which may be negated.</summary>
    public int Predicate(PtxOperand operand, out bool negated)
    {
        negated = operand.Negated;
        return operand.Kind == PtxOperandKind.Name
            ? Register(operand.Name, PtxType.Pred)
            : throw Error("a predicate expected");
    }

    public long Literal(int operand) => Operands[operand].Kind == PtxOperandKind.Integer
        ? (long)Operands[operand].Bits
        : throw Error("an integer literal expected");

    /// <summary>The registers of a vector operand, or of one that stands alone.</summary>
    public int[] Vector(int operand, PtxType type, int count, bool destination, bool orWider = false)
    {
        PtxOperand written = Operands[operand];
        IReadOnlyList<PtxOperand> elements = written.Kind == PtxOperandKind.Vector ? written.Elements : [written];
        if (elements.Count != count)
        {
            throw Error($"{elements.Count} registers where {count} are expected");
        }

        return [.. elements.Select(e => destination ? Destination(e, type, orWider) : Source(e, type, orWider))];
    }

    /// <summary>An address operand: its register goes to A, its offset to Offset.</summary>
    public void Address(int operand)
    {
        PtxOperand address = Operands[operand];
        if (address.Kind != PtxOperandKind.Address)
        {
            throw Error("an address expected");
        }

        (Result.A, Result.WideAddress) = AddressRegister(address.Elements[0]);
        Result.Offset = address.Offset;
    }

    public (int Register, bool Wide) AddressRegister(PtxOperand origin)
    {
        PtxRegister? register = origin.Kind == PtxOperandKind.Name ? Statement.Scope.FindRegister(origin.Name) : null;
        PtxType type = register is null || register.Type.Bytes() == 8 ? PtxType.U64 : PtxType.U32;
        return (Source(origin, type), type == PtxType.U64);
    }

    public void Execute(Handler handler) => Result.Execute = handler;

    /// <summary>d, a</summary>
    public void Unary(PtxType to, PtxType from, Handler handler)
    {
        Count(2);
        Result.D = Destination(0, to);
        Result.A = Source(1, from);
        Result.Execute = handler;
    }

    /// <summary>d, a, b</summary>
    public void Binary(PtxType to, PtxType a, PtxType b, Handler handler)
    {
        Count(3);
        Result.D = Destination(0, to);
        Result.A = Source(1, a);
        Result.B = Source(2, b);
        Result.Execute = handler;
    }

    /// <summary>d, a, b, c</summary>
    public void Ternary(PtxType to, PtxType from, PtxType third, Handler handler)
    {
        Count(4);
        Result.D = Destination(0, to);
        Result.A = Source(1, from);
        Result.B = Source(2, from);
        Result.C = Source(3, third);
        Result.Execute = handler;
    }

    public int Register(string name, PtxType type, bool orWider = false)
    {
        PtxRegister register = Statement.Scope.FindRegister(name) ?? throw Error($"{name} is not a register");
        int has = register.Type.Bytes();
        int needs = type.Bytes();
        if (has != needs && !(orWider && has > needs && needs > 0))
        {
            throw Error($"{name} is a .{register.Type.ToString().ToLowerInvariant()} register where .{type.ToString().ToLowerInvariant()} is expected");
        }

        if (!Frame.Registers.TryGetValue(register, out int offset))
        {
            offset = Kernel.Registers.Allocate(register.Type);
            Frame.Registers.Add(register, offset);
        }

        return offset;
    }

    private int NamedSource(string name, PtxType type, bool orWider)
    {
        if (Statement.Scope.FindRegister(name) is not null)
        {
            return Register(name, type, orWider);
        }

        if (type.Bytes() == 4 && SpecialRegisters.Names.Contains(name))
        {
            return Kernel.Registers.Special(name);
        }

        if (name == "WARP_SZ")
        {
            return Kernel.Registers.Constant(Arithmetic.Lanes.Count, type);
        }

        PtxDeclaration variable = Statement.Scope.FindVariable(name) ?? throw Error($"{name} is not declared");
        return variable.Space switch
        {
            "shared" when type.Bytes() >= 4 => Kernel.Registers.Constant((ulong)Kernel.Memory.SharedAddress(variable), type),
            "local" or "param" when type.Bytes() >= 4 && !IsKernelParameter(variable) =>
                Kernel.Registers.Constant((ulong)Kernel.Local(Frame, variable), type),
            "global" or "const" when type.Bytes() == 8 => Kernel.Registers.Variable(name),
            _ => throw Error($"the address of {name} cannot be taken here"),
        };
    }

    private bool IsKernelParameter(PtxDeclaration variable) =>
        Frame.Function.IsEntry && Frame.Function.Parameters.Contains(variable);
}
