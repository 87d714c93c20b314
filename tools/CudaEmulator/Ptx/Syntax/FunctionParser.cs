namespace SpecExecNative.CudaEmulator.Ptx.Syntax;

/// <summary>Reads one function, from its name to its closing brace.</summary>
internal sealed class FunctionParser(PtxTokens tokens, PtxScope moduleScope)
{
    private PtxFunction _function = null!;
    private PtxScope _scope = null!;
    private PtxSource _source;

    public PtxFunction Parse(bool isEntry)
    {
        var results = new List<PtxDeclaration>();
        if (!isEntry && tokens.Current.Is('('))
        {
            Parameters(results);
        }

        _function = new PtxFunction(tokens.TakeWord(), isEntry, tokens.Line, moduleScope);
        _scope = _function.Scope;
        _function.Results.AddRange(results);
        if (tokens.Current.Is('('))
        {
            Parameters(_function.Parameters);
        }

        foreach (PtxDeclaration parameter in _function.Results.Concat(_function.Parameters))
        {
            _scope.Variables[parameter.Name] = parameter;
        }

        Tuning();
        if (!tokens.TryTake(';'))
        {
            _function.HasBody = true;
            Body();
        }

        return _function;
    }

    private void Parameters(List<PtxDeclaration> into)
    {
        tokens.Expect('(');
        while (!tokens.TryTake(')'))
        {
            if (!tokens.TryTakeWord(".param"))
            {
                throw tokens.Error(".param expected");
            }

            into.Add(DeclarationParser.Variable(tokens, "param", isExtern: false));
            if (!tokens.Current.Is(')'))
            {
                tokens.Expect(',');
            }
        }
    }

    private void Tuning()
    {
        while (tokens.Current.Kind == PtxTokenKind.Word)
        {
            string directive = tokens.TakeWord();
            if (directive == ".noreturn")
            {
                continue;
            }

            if (directive is not (".maxntid" or ".reqntid" or ".minnctapersm" or ".maxnreg"))
            {
                throw tokens.Error($"unknown directive {directive}");
            }

            long product = tokens.TakeInteger();
            while (tokens.TryTake(','))
            {
                product *= tokens.TakeInteger();
            }

            if (directive is ".maxntid" or ".reqntid")
            {
                _function.MaxThreads = (int)product;
            }
        }
    }

    private void Body()
    {
        tokens.Expect('{');
        var outer = new Stack<PtxScope>();
        while (true)
        {
            if (tokens.TryTake('{'))
            {
                outer.Push(_scope);
                _scope = new PtxScope(_scope);
            }
            else if (tokens.TryTake('}'))
            {
                if (!outer.TryPop(out PtxScope? scope))
                {
                    return;
                }

                _scope = scope;
            }
            else if (!tokens.TryTake(';'))
            {
                Line();
            }
        }
    }

    private void Line()
    {
        PtxToken token = tokens.Current;
        if (token.Kind == PtxTokenKind.Word && tokens.Next.Is(':'))
        {
            Label(tokens.TakeWord());
        }
        else if (token.Kind == PtxTokenKind.Word && token.Value[0] == '.')
        {
            Directive(tokens.TakeWord());
        }
        else
        {
            Instruction();
        }
    }

    private void Label(string name)
    {
        tokens.Expect(':');
        if (!tokens.TryTakeWord(".branchtargets"))
        {
            _scope.Labels[name] = _function.Body.Count;
            return;
        }

        var targets = new List<string> { tokens.TakeWord() };
        while (tokens.TryTake(','))
        {
            targets.Add(tokens.TakeWord());
        }

        _scope.BranchTables[name] = targets;
        tokens.Expect(';');
    }

    private void Directive(string directive)
    {
        switch (directive)
        {
            case ".reg":
                Registers();
                break;
            case ".shared" or ".local" or ".param":
                PtxDeclaration variable = DeclarationParser.Variable(tokens, directive[1..], isExtern: false);
                _scope.Variables[variable.Name] = variable;
                _function.Locals.Add(variable);
                tokens.Expect(';');
                break;
            case ".loc":
                Location();
                break;
            case ".pragma":
                tokens.Take();
                tokens.Expect(';');
                break;
            default:
                throw tokens.Error($"unknown directive {directive}");
        }
    }

    private void Registers()
    {
        PtxType type = tokens.TakeType();
        do
        {
            string name = tokens.TakeWord();
            if (tokens.TryTake('<'))
            {
                _scope.DeclareRange(name, type, (int)tokens.TakeInteger());
                tokens.Expect('>');
            }
            else
            {
                _scope.Declare(name, type);
            }
        }
        while (tokens.TryTake(','));

        tokens.Expect(';');
    }

    // ".loc file line column[, function_name label[+offset], inlined_at file line column]"
    private void Location()
    {
        int line = tokens.Line;
        long file = tokens.TakeInteger();
        long sourceLine = tokens.TakeInteger();
        long callerFile = 0;
        long callerLine = 0;
        while (tokens.Line == line && tokens.Current.Kind != PtxTokenKind.End)
        {
            if (tokens.Take().IsWord("inlined_at"))
            {
                callerFile = tokens.TakeInteger();
                callerLine = tokens.TakeInteger();
            }
        }

        _source = new PtxSource(file, sourceLine, callerFile, callerLine);
    }

    private void Instruction()
    {
        int line = tokens.Line;
        string? guard = null;
        bool negated = false;
        if (tokens.TryTake('@'))
        {
            negated = tokens.TryTake('!');
            guard = tokens.TakeWord();
        }

        string opcode = tokens.TakeWord();
        List<PtxOperand> operands = OperandParser.Operands(tokens);
        tokens.Expect(';');
        _function.Body.Add(new PtxStatement(line, _source, _scope, opcode, operands) { Guard = guard, GuardNegated = negated });
    }
}
