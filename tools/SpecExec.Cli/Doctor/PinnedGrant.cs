namespace SpecExecNative.Cli.Doctor;

/// <summary>How much host memory the system lets a card's driver pin.</summary>
/// <param name="GrantedBytes">What was had at one time.</param>
/// <param name="LimitBytes">What was asked for at most.</param>
/// <param name="Refusal">Why it was less; null: it was not.</param>
public sealed record PinnedGrant(long GrantedBytes, long LimitBytes, string? Refusal);
