using SpecExecNative.Kernels.Cuda.Diagnostics;

namespace SpecExecNative.Cli.Doctor;

/// <summary>What the doctor found and measured.</summary>
internal sealed record Examination
{
    public required HostFacts Host { get; init; }

    public required CudaInspection Cuda { get; init; }

    /// <summary>The card that was asked for, by number; null: any.</summary>
    public int? WantedCard { get; init; }

    /// <summary>The card that was measured; null: there is none that can be used.</summary>
    public CardFacts? Card { get; init; }

    /// <summary>Null: not measured.</summary>
    public CopyRates? Copies { get; init; }

    /// <summary>Why copies could not be measured; null: they were, or there is no card.</summary>
    public string? CopyFailure { get; init; }

    /// <summary>How the kernels started; null: they did not, or there is no card.</summary>
    public KernelStart? Kernels { get; init; }

    /// <summary>Why they did not; null: they did, or there is no card.</summary>
    public string? KernelFailure { get; init; }

    /// <summary>Null: not probed.</summary>
    public PinnedGrant? Pinned { get; init; }

    /// <summary>A generation would run on the card.</summary>
    public bool IsReady => Card is not null && !Problems.Any(problem => problem.IsBlocking);

    /// <summary>Everything that stands in the way, blocking ones first.</summary>
    public IReadOnlyList<Problem> Problems => [.. Cuda.Problems.Concat(MeasuredProblems()).OrderBy(problem => !problem.IsBlocking)];

    private IEnumerable<Problem> MeasuredProblems()
    {
        if (WantedCard is { } wanted && Cuda.Cards.Count > 0 && Card is null && Cuda.FirstUsable is not null)
        {
            yield return new Problem(
                $"Card {wanted} cannot be used, or is not there; the driver shows {Cuda.Cards.Count}.",
                true,
                [new Cure("everywhere", $"choose another one: --device {Cuda.FirstUsable.Card.Ordinal}")]);
        }

        if (CopyFailure is not null)
        {
            yield return new Problem(
                $"Nothing could be copied to card {Card?.Card.Ordinal}: {CopyFailure}",
                true,
                [new Cure("everywhere", "close what else uses the card or much memory (see nvidia-smi), then try again")]);
        }

        if (KernelFailure is not null)
        {
            yield return new Problem(
                $"The kernels do not start on card {Card?.Card.Ordinal}: {KernelFailure}",
                true,
                [new Cure("everywhere", "try without the cache (specexec generate --no-kernel-cache); if that fails, too, report it with this command's --json")]);
        }

        if (Pinned is { Refusal: { } refusal })
        {
            yield return new Problem(
                $"Only {Reports.Quantity.Bytes(Pinned.GrantedBytes)} of pinned memory were granted: {refusal}. Weights beyond that stream more slowly.",
                false,
                [
                    new Cure("everywhere", "close programs that use much memory"),
                    new Cure("Docker", "give the container more memory, and start it with --ulimit memlock=-1"),
                    new Cure("Windows", "about half of the memory is the most that Windows lets a driver pin; add memory, or use Linux"),
                    new Cure("WSL", "raise the memory limit in .wslconfig"),
                ]);
        }
    }
}
