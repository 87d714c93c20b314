using System.Globalization;

namespace SpecExecNative.CudaEmulator.Ptx.Syntax;

/// <summary>A module as it is written.</summary>
internal sealed class PtxText
{
    public Version Version { get; set; } = new(0, 0);

    public int Target { get; set; }

    public PtxScope Scope { get; } = new(null);

    /// <summary>Names of the source files by their number.</summary>
    public Dictionary<long, string> Files { get; } = [];

    public Dictionary<string, PtxFunction> Functions { get; } = [];
}

/// <summary>Reads a module's directives, variables and functions.</summary>
internal sealed class PtxParser
{
    private readonly PtxText _module = new();
    private readonly PtxTokens _tokens;

    private PtxParser(PtxTokens tokens) => _tokens = tokens;

    public static PtxText Parse(string text)
    {
        var parser = new PtxParser(new PtxTokens(PtxLexer.Read(text.TrimEnd('\0'))));
        while (parser._tokens.Current.Kind != PtxTokenKind.End)
        {
            parser.Directive();
        }

        if (parser._module.Target == 0 || parser._module.Version.Major == 0)
        {
            throw new PtxException(0, "", "a module needs .version and .target");
        }

        return parser._module;
    }

    private void Directive()
    {
        PtxToken token = _tokens.Current;
        switch (token.Value)
        {
            case ".version":
                _tokens.Take();
                _module.Version = Version.Parse(_tokens.Take().Value);
                break;
            case ".target":
                _tokens.Take();
                Target();
                break;
            case ".address_size":
                _tokens.Take();
                if (_tokens.TakeInteger() != 64)
                {
                    throw _tokens.Error("only 64-bit addresses are known");
                }

                break;
            case ".file":
                _tokens.Take();
                File();
                break;
            case ".section":
                _tokens.Take();
                _tokens.TakeWord();
                _tokens.SkipBraces();
                break;
            default:
                Declaration();
                break;
        }
    }

    private void Target()
    {
        string target = _tokens.TakeWord();
        string digits = target.StartsWith("sm_", StringComparison.Ordinal) ? target[3..].TrimEnd('a', 'f') : "";
        _module.Target = int.TryParse(digits, CultureInfo.InvariantCulture, out int capability)
            ? capability
            : throw _tokens.Error($"unknown target {target}");
        while (_tokens.TryTake(','))
        {
            string option = _tokens.TakeWord();
            if (option != "debug")
            {
                throw _tokens.Error($"unknown target option {option}");
            }
        }
    }

    private void File()
    {
        long index = _tokens.TakeInteger();
        string path = _tokens.Take().Value;
        _module.Files[index] = path[(path.LastIndexOfAny(['/', '\\']) + 1)..];
        while (_tokens.TryTake(','))
        {
            _tokens.TakeInteger();
        }
    }

    private void Declaration()
    {
        bool isExtern = false;
        while (_tokens.Current.Value is ".visible" or ".extern" or ".weak" or ".common")
        {
            isExtern |= _tokens.Take().Value == ".extern";
        }

        if (_tokens.Current.Value is ".entry" or ".func")
        {
            bool isEntry = _tokens.Take().Value == ".entry";
            PtxFunction function = new FunctionParser(_tokens, _module.Scope).Parse(isEntry);
            if (function.HasBody || !_module.Functions.ContainsKey(function.Name))
            {
                _module.Functions[function.Name] = function;
            }

            return;
        }

        if (_tokens.Current.Value is not (".global" or ".const" or ".shared"))
        {
            throw _tokens.Error("unknown directive");
        }

        string space = _tokens.Take().Value[1..];
        PtxDeclaration variable = DeclarationParser.Variable(_tokens, space, isExtern);
        _tokens.Expect(';');
        _module.Scope.Variables[variable.Name] = variable;
    }
}
