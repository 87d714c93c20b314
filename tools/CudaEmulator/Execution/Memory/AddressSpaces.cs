namespace SpecExecNative.CudaEmulator.Execution.Memory;

/// <summary>Where shared and local memory lie among generic addresses: far from every address of the host, so that a
/// generic address in the wrong place is always noticed.</summary>
internal static class AddressSpaces
{
    public const ulong SharedWindow = 1ul << 60;
    public const ulong LocalWindow = 1ul << 61;
    public const ulong WindowBytes = 1ul << 32;

    public static StateSpace SpaceOf(ulong generic) =>
        generic - SharedWindow < WindowBytes ? StateSpace.Shared
        : generic - LocalWindow < WindowBytes ? StateSpace.Local
        : StateSpace.Global;

    public static ulong WindowOf(StateSpace space) => space switch
    {
        StateSpace.Shared => SharedWindow,
        StateSpace.Local => LocalWindow,
        _ => 0,
    };
}
