using SpecExecNative.Engine.Speculation;
using SpecExecNative.Kernels.Simulated;

namespace SpecExecNative.Engine.Planning;

/// <summary>Stands between the generator and two models on a device that computes nothing: passes take their time, tokens are made up.</summary>
/// <param name="acceptance">Which are proposed, and which accepted.</param>
/// <param name="clock">The host's.</param>
/// <param name="host">What the host's own part costs.</param>
/// <param name="seed">Of the random draws.</param>
internal sealed class SyntheticPair(AcceptanceModel acceptance, VirtualClock clock, HostWork host, int seed)
{
    private float[] _logits = [];
    private ulong _trees = (ulong)seed << 32;

    /// <summary>The draft.</summary>
    public ITreeDraft Over(ITreeDraft draft) => new SyntheticDraft(draft, acceptance, () => clock.Advance(host.DraftStepSeconds));

    /// <summary>The target, for one tree.</summary>
    /// <param name="target">Has scored it.</param>
    /// <param name="tree">The tree.</param>
    /// <param name="vocabulary">Columns of a row of logits.</param>
    public SyntheticTarget Over(INodeLogits target, TokenTree tree, int vocabulary)
    {
        if (_logits.Length != vocabulary)
        {
            _logits = new float[vocabulary];
            Array.Fill(_logits, float.NegativeInfinity);
        }

        return new SyntheticTarget(target, tree, acceptance, _logits, AcceptanceModel.Mix(_trees++), () => clock.Advance(host.SampleSeconds));
    }
}
