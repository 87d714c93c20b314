namespace SpecExecNative.CudaEmulator.Settings;

/// <summary>When queued work starts. CUDA promises only its order, so a correct program gets the same bits under each.</summary>
internal enum SchedulePolicy
{
    /// <summary>As soon as what it depends on is done, first queued first.</summary>
    Eager,

    /// <summary>
    /// Not before a synchronise, a query, or other work that waits for it forces it, or the patience ends (a host may
    /// spin on mapped memory without a call); of several ready operations the one queued last goes first.
    /// </summary>
    Late,

    /// <summary>Each operation draws, from the seed, whether and how long it waits; of several ready ones any goes first.</summary>
    Random,
}
