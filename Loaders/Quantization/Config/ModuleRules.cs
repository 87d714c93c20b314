using System.Diagnostics;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Loaders.Quantization.Config;

/// <summary>Which modules are 4-bit: the first rule that matches a name decides, else the default.</summary>
internal sealed class ModuleRules(ConfigFields fields, string field, bool isQuantizedByDefault)
{
    private const int MaxRules = 4096;
    private const int MaxLength = 1024;

    /// <summary>For all modules of a model together: thousands of names must not each take what one match may.</summary>
    private static readonly TimeSpan AllowedTime = TimeSpan.FromSeconds(10);

    private readonly List<ModuleRule> _rules = [];
    private long _elapsedTicks;

    public void Add(ModuleRule rule)
    {
        if (_rules.Count == MaxRules)
        {
            throw fields.Refuse(field, $"names more than {MaxRules} modules or patterns.");
        }

        _rules.Add(rule);
    }

    public void AddExact(string name, bool isQuantized) => Add(ModuleRule.Exactly(Short(name), isQuantized));

    public void AddContaining(string text, bool isQuantized) => Add(ModuleRule.Containing(Short(text), isQuantized));

    public void AddPattern(string pattern, bool isQuantized) => Add(ModuleRule.Pattern(Short(pattern), isQuantized, fields, field));

    /// <exception cref="ModelConfigException">A pattern takes too long.</exception>
    public bool Includes(string module)
    {
        long start = Stopwatch.GetTimestamp();
        bool isQuantized = _rules.Find(r => r.Matches(module))?.IsQuantized ?? isQuantizedByDefault;
        long elapsed = Interlocked.Add(ref _elapsedTicks, Stopwatch.GetElapsedTime(start).Ticks);
        return elapsed < AllowedTime.Ticks ? isQuantized : throw ModuleRule.TooSlow(fields, field);
    }

    private string Short(string text) => text.Length <= MaxLength
        ? text
        : throw fields.Refuse(field, $"has a name or pattern of more than {MaxLength} characters.");
}
