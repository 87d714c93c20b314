using SpecExecNative.CudaEmulator.Ptx;
using SpecExecNative.CudaEmulator.Ptx.Syntax;

namespace SpecExecNative.CudaEmulator.Execution.Decoding;

/// <summary>Decodes one kernel.</summary>
internal sealed class KernelBuilder
{
    private const int MostInstructions = 4_000_000;
    private readonly PtxText _module;
    private readonly List<Instruction> _code = [];

    private KernelBuilder(PtxText module) => _module = module;

    public RegisterLayout Registers { get; } = new();

    public MemoryLayout Memory { get; } = new();

    public int Target => _module.Target;

    public static PtxKernel Build(PtxText module, PtxFunction entry, PtxModule owner)
    {
        var builder = new KernelBuilder(module);
        (List<PtxParameter> parameters, int parameterBytes) = Parameters(entry);
        builder.PlaceShared(entry);
        builder.Expand(new Frame(entry, null));
        builder._code.Add(new Instruction { Kind = InstructionKind.Exit, Text = "ret" });
        return new PtxKernel
        {
            Module = owner,
            Name = entry.Name,
            Parameters = parameters,
            ParameterBytes = parameterBytes,
            MaxThreads = entry.MaxThreads,
            StaticSharedBytes = builder.Memory.StaticSharedBytes,
            LocalBytes = builder.Memory.LocalBytes,
            Program = builder.Program(),
        };
    }

    /// <summary>Expands a call in place: the callee's parameters are the caller's variables.</summary>
    public void Call(Frame caller, PtxStatement statement, string name, IReadOnlyList<PtxOperand> results, IReadOnlyList<PtxOperand> arguments)
    {
        if (!_module.Functions.TryGetValue(name, out PtxFunction? callee) || !callee.HasBody || callee.IsEntry)
        {
            throw statement.Error($"the module has no body for function {name}");
        }

        for (Frame? frame = caller; frame is not null; frame = frame.Caller)
        {
            if (frame.Function == callee)
            {
                throw statement.Error("recursion is not known");
            }
        }

        if (results.Count != callee.Results.Count || arguments.Count != callee.Parameters.Count)
        {
            throw statement.Error($"{name} takes {callee.Parameters.Count} arguments and gives {callee.Results.Count} results");
        }

        var expansion = new Frame(callee, caller);
        foreach ((PtxDeclaration formal, PtxOperand actual) in callee.Results.Zip(results).Concat(callee.Parameters.Zip(arguments)))
        {
            PtxDeclaration variable = statement.Scope.FindVariable(actual.Name)
                ?? throw statement.Error($"{actual.Name} is not a .param variable");
            if (variable.Bytes != formal.Bytes)
            {
                throw statement.Error($"{actual.Name} has not the size of {formal.Name}");
            }

            expansion.Locals[formal] = Local(caller, variable);
        }

        PlaceShared(callee);
        Expand(expansion);
    }

    public int Local(Frame frame, PtxDeclaration variable)
    {
        if (!frame.Locals.TryGetValue(variable, out int offset))
        {
            offset = Memory.AddLocal(variable);
            frame.Locals.Add(variable, offset);
        }

        return offset;
    }

    private static (List<PtxParameter> Parameters, int Bytes) Parameters(PtxFunction entry)
    {
        var parameters = new List<PtxParameter>();
        int end = 0;
        foreach (PtxDeclaration parameter in entry.Parameters)
        {
            int start = (end + parameter.Alignment - 1) / parameter.Alignment * parameter.Alignment;
            end = start + (int)parameter.Bytes;
            parameters.Add(new PtxParameter(parameter.Name, start, (int)parameter.Bytes));
        }

        return (parameters, end);
    }

    // Dynamic shared memory begins behind the variables, so all of them are placed before code names it.
    private void PlaceShared(PtxFunction function)
    {
        foreach (PtxDeclaration variable in _module.Scope.Variables.Values.Concat(function.Locals))
        {
            if (variable is { Space: "shared", IsExtern: false })
            {
                Memory.AddShared(variable);
            }
        }

        if (!function.IsEntry)
        {
            return;
        }

        foreach (PtxFunction callee in _module.Functions.Values.Where(f => !f.IsEntry))
        {
            PlaceShared(callee);
        }
    }

    private void Expand(Frame frame)
    {
        List<PtxStatement> body = frame.Function.Body;
        for (int at = 0; at < body.Count; at++)
        {
            frame.Starts[at] = _code.Count;
            Instruction? instruction = new Draft(this, frame, body[at]).Decode();
            if (instruction is not null)
            {
                instruction.PtxLine = body[at].Line;
                instruction.Source = body[at].Source.Describe(_module.Files);
                instruction.Text = body[at].Opcode;
                _code.Add(instruction);
            }

            if (_code.Count > MostInstructions)
            {
                throw body[at].Error("calls expand to too many instructions");
            }
        }

        frame.Starts[body.Count] = _code.Count;
        foreach ((Instruction jump, PtxStatement statement, string[] labels) in frame.Jumps)
        {
            jump.Targets = [.. labels.Select(label => frame.Starts[statement.Scope.FindLabel(label)
                ?? throw statement.Error($"no label {label}")])];
            jump.Target = jump.Targets[0];
        }

        foreach (Instruction back in frame.Returns)
        {
            back.Target = _code.Count;
        }
    }

    private KernelProgram Program() => new()
    {
        Code = [.. _code],
        RegisterBytes = Registers.Bytes,
        Constants = Registers.Constants,
        Variables = Registers.Variables,
        Specials = Registers.Specials,
        Shared = [.. Memory.Shared],
        DynamicSharedStart = Memory.DynamicSharedStart,
        LocalBytes = Memory.LocalBytes,
    };
}
