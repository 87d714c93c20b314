namespace SpecExecNative.Kernels;

/// <summary>Captured work of a queue on which asking again costs nothing worth saving: it is asked for again.</summary>
internal sealed class RepeatedWork(Action work) : CapturedWork
{
    public override void Replay() => work();

    protected override void Dispose(bool disposing)
    {
    }
}
