using System.Globalization;

namespace SpecExecNative.CudaEmulator.Ptx.Syntax;

/// <summary>Reads the operands of one instruction.</summary>
internal static class OperandParser
{
    public static List<PtxOperand> Operands(PtxTokens tokens)
    {
        var operands = new List<PtxOperand>();
        while (!tokens.Current.Is(';'))
        {
            operands.Add(Pair(tokens));
            if (!tokens.TryTake(','))
            {
                break;
            }
        }

        return operands;
    }

    private static PtxOperand Pair(PtxTokens tokens)
    {
        PtxOperand first = Single(tokens);
        return tokens.TryTake('|')
            ? new PtxOperand(PtxOperandKind.Pair) { Elements = [first, Single(tokens)] }
            : first;
    }

    private static PtxOperand Single(PtxTokens tokens)
    {
        if (tokens.TryTake('{'))
        {
            return new PtxOperand(PtxOperandKind.Vector) { Elements = Sequence(tokens, '}') };
        }

        if (tokens.TryTake('('))
        {
            return new PtxOperand(PtxOperandKind.List) { Elements = Sequence(tokens, ')') };
        }

        if (tokens.TryTake('['))
        {
            return Address(tokens);
        }

        if (tokens.TryTake('!'))
        {
            return new PtxOperand(PtxOperandKind.Name) { Name = tokens.TakeWord(), Negated = true };
        }

        return tokens.Current.Kind == PtxTokenKind.Word
            ? new PtxOperand(PtxOperandKind.Name) { Name = tokens.TakeWord() }
            : Literal(tokens);
    }

    private static List<PtxOperand> Sequence(PtxTokens tokens, char close)
    {
        var elements = new List<PtxOperand>();
        while (!tokens.TryTake(close))
        {
            elements.Add(Single(tokens));
            if (!tokens.Current.Is(close))
            {
                tokens.Expect(',');
            }
        }

        return elements;
    }

    private static PtxOperand Address(PtxTokens tokens)
    {
        PtxOperand origin = Single(tokens);
        long offset = 0;
        if (tokens.TryTake('+'))
        {
            offset = tokens.TakeInteger();
        }
        else if (tokens.Current.Is('-'))
        {
            offset = tokens.TakeInteger();
        }

        tokens.Expect(']');
        return new PtxOperand(PtxOperandKind.Address) { Elements = [origin], Offset = offset };
    }

    public static PtxOperand Literal(PtxTokens tokens)
    {
        bool negative = tokens.TryTake('-');
        if (tokens.Current.Kind != PtxTokenKind.Number)
        {
            throw tokens.Error("an operand expected");
        }

        PtxToken token = tokens.Take();
        string text = token.Value;
        if (text.StartsWith("0f", StringComparison.OrdinalIgnoreCase) && text.Length == 10)
        {
            uint bits = uint.Parse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            return new PtxOperand(PtxOperandKind.Single) { Bits = negative ? bits ^ 0x8000_0000u : bits };
        }

        if (text.StartsWith("0d", StringComparison.OrdinalIgnoreCase) && text.Length == 18)
        {
            ulong bits = ulong.Parse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            return new PtxOperand(PtxOperandKind.Double) { Bits = negative ? bits ^ (1ul << 63) : bits };
        }

        if (text.Contains('.', StringComparison.Ordinal))
        {
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                ? new PtxOperand(PtxOperandKind.Double) { Bits = BitConverter.DoubleToUInt64Bits(negative ? -value : value) }
                : throw new PtxException(token.Line, text, "a number that PTX does not have");
        }

        ulong integer = PtxTokens.ParseInteger(token);
        return new PtxOperand(PtxOperandKind.Integer) { Bits = negative ? 0ul - integer : integer };
    }
}
