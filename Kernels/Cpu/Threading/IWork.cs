namespace SpecExecNative.Kernels.Cpu.Threading;

/// <summary>
/// Independent items of one op. An item's result must not depend on which worker runs it or when.
/// Implementations are unmanaged structs on the caller's stack, so that an op allocates nothing.
/// </summary>
internal interface IWork
{
    /// <summary>Does one item.</summary>
    /// <param name="item">0 … items − 1.</param>
    /// <param name="worker">0 … threads − 1: whose scratch memory to use.</param>
    void Execute(int item, int worker);
}
