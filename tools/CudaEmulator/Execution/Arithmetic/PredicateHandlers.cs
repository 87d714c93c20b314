namespace SpecExecNative.CudaEmulator.Execution.Arithmetic;

/// <summary>Logic of predicate registers: one word, a bit for each lane.</summary>
internal static class PredicateHandlers
{
    public static void And(Warp warp, Instruction i, uint mask) =>
        Store(warp, i, mask, warp.Predicate(i.A) & warp.Predicate(i.B));

    public static void Or(Warp warp, Instruction i, uint mask) =>
        Store(warp, i, mask, warp.Predicate(i.A) | warp.Predicate(i.B));

    public static void ExclusiveOr(Warp warp, Instruction i, uint mask) =>
        Store(warp, i, mask, warp.Predicate(i.A) ^ warp.Predicate(i.B));

    public static void Not(Warp warp, Instruction i, uint mask) => Store(warp, i, mask, ~warp.Predicate(i.A));

    public static void Copy(Warp warp, Instruction i, uint mask) => Store(warp, i, mask, warp.Predicate(i.A));

    public static void Store(Warp warp, Instruction i, uint mask, uint value)
    {
        ref uint d = ref warp.Predicate(i.D);
        d = (d & ~mask) | (value & mask);
    }
}
