using System.CommandLine;
using System.Text.RegularExpressions;

namespace SpecExecNative.Bench.Running;

/// <summary>Chooses cases by their names: <c>--filter</c>.</summary>
internal sealed class CaseFilter
{
    private readonly Option<string[]> _texts = new("--filter")
    {
        Description = "Only cases whose name contains TEXT, or with * or ? in it is like it; several times for several. --list prints names.",
        HelpName = "TEXT",
        DefaultValueFactory = _ => [],
    };

    public CaseFilter(Command command) => command.Add(_texts);

    /// <summary>Whether a case is wanted.</summary>
    public bool Wants(ParseResult result, string name) => result.GetValue(_texts) is not { Length: > 0 } texts || texts.Any(text => IsLike(name, text));

    /// <summary>The wanted ones.</summary>
    /// <exception cref="BenchException">There are none.</exception>
    public IReadOnlyList<BenchCase<TSession>> Of<TSession>(ParseResult result, IEnumerable<BenchCase<TSession>> cases)
        where TSession : BenchSession
    {
        BenchCase<TSession>[] wanted = [.. cases.Where(c => Wants(result, c.Name))];
        return wanted.Length > 0 ? wanted : throw new BenchException($"No case is like \"{string.Join("\" or \"", result.GetValue(_texts)!)}\"; --list prints their names.");
    }

    /// <summary>Whether a name contains the text, or is what a pattern describes; case does not matter.</summary>
    internal static bool IsLike(string name, string text)
    {
        if (text.IndexOfAny(['*', '?']) < 0)
        {
            return name.Contains(text, StringComparison.OrdinalIgnoreCase);
        }

        string pattern = Regex.Escape(text).Replace(@"\*", ".*", StringComparison.Ordinal).Replace(@"\?", ".", StringComparison.Ordinal);
        return Regex.IsMatch(name, $"^{pattern}$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
    }
}
