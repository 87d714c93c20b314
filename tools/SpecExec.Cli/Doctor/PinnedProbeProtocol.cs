using System.Globalization;

namespace SpecExecNative.Cli.Doctor;

/// <summary>
/// What the probing process writes, one line each time it got more, so that what it had is known even if the system ends it:
/// <c>granted BYTES</c>, and at the end <c>refused REASON</c> or <c>enough</c>.
/// </summary>
internal sealed class PinnedProbeProtocol(long limitBytes)
{
    private const string Granted = "granted ";
    private const string Refused = "refused ";
    private const string Enough = "enough";

    private long _granted;
    private string? _refusal;
    private bool _isEnded;

    public static string GrantedLine(long bytes) => Granted + bytes.ToString(CultureInfo.InvariantCulture);

    public static string EndLine(string? refusal) => refusal is null ? Enough : Refused + refusal;

    /// <summary>Takes in what the process wrote.</summary>
    public void Read(string line)
    {
        if (line.StartsWith(Granted, StringComparison.Ordinal)
            && long.TryParse(line.AsSpan(Granted.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long bytes))
        {
            _granted = bytes;
        }
        else if (line.StartsWith(Refused, StringComparison.Ordinal))
        {
            (_refusal, _isEnded) = (line[Refused.Length..], true);
        }
        else if (line == Enough)
        {
            _isEnded = true;
        }
    }

    /// <summary>The result, once nothing more comes.</summary>
    /// <param name="unexpectedEnd">Why nothing more comes, if the process itself did not say.</param>
    public PinnedGrant Result(string unexpectedEnd) => new(_granted, limitBytes, _isEnded ? _refusal : unexpectedEnd);
}
