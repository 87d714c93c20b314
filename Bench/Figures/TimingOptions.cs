using System.CommandLine;

namespace SpecExecNative.Bench.Figures;

/// <summary>How long a subcommand that times things takes its time.</summary>
internal sealed class TimingOptions
{
    private readonly Option<bool> _quick = new("--quick") { Description = "Short samples: a look, not a record." };
    private readonly Option<int?> _repeats = new("--repeats") { Description = "Samples for each figure. Default: 15, or 5 with --quick.", HelpName = "N" };

    public TimingOptions(Command command)
    {
        _repeats.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1 or > 100_000)
            {
                result.AddError("--repeats must be within 1 … 100000.");
            }
        });
        command.Add(_quick);
        command.Add(_repeats);
    }

    public Timing Of(ParseResult result)
    {
        Timing timing = result.GetValue(_quick) ? Timing.Quick : Timing.Full;
        return result.GetValue(_repeats) is { } repeats ? timing with { Repeats = repeats } : timing;
    }

    /// <summary>As settings of a run.</summary>
    public static Parameter[] Settings(Timing timing) => [new("repeats", $"{timing.Repeats}"), new("sample, ms", $"{timing.SampleMilliseconds}")];
}
