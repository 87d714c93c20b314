using NUnit.Framework;
using SpecExecNative.CudaEmulator.Checks;
using SpecExecNative.CudaEmulator.Execution;
using SpecExecNative.CudaEmulator.Memory;
using SpecExecNative.CudaEmulator.Ptx;

namespace SpecExecNative.Tests.CudaEmulator;

/// <summary>The patterns of Patterns/patterns.cu, in the PTX that NVRTC makes of them: legal ones give no finding,
/// illegal ones the right one, whatever the schedule.</summary>
public sealed class ConcurrencyPatternTests
{
    private const int Ints = 4096;
    private const int InitialisedInts = 2048;

    // Where two faults are both there, the schedule decides which is met first.
    private static readonly Dictionary<string, FaultKind[]> Expected = new()
    {
        ["no_syncwarp"] = [FaultKind.SharedRace],
        ["syncwarp_across_warps"] = [FaultKind.SharedRace],
        ["shuffle_is_no_fence"] = [FaultKind.SharedRace],
        ["partial_syncwarp_across_halves"] = [FaultKind.SharedRace],
        ["shuffle_in_half_a_warp"] = [FaultKind.DivergentWarpOperation],
        ["shuffle_from_lanes_that_left"] = [FaultKind.DivergentWarpOperation],
        ["histogram_without_atomics"] = [FaultKind.SharedRace],
        ["histogram_not_cleared"] = [FaultKind.UninitialisedShared],
        ["ping_pong_in_one_buffer"] = [FaultKind.SharedRace],
        ["read_then_write"] = [FaultKind.SharedRace],
        ["late_reader_of_many"] = [FaultKind.SharedRace],
        ["two_writers"] = [FaultKind.SharedRace],
        ["unwritten_slot"] = [FaultKind.UninitialisedShared],
        ["shared_out_of_bounds"] = [FaultKind.SharedOutOfBounds],
        ["local_out_of_bounds"] = [FaultKind.LocalOutOfBounds],
        ["barrier_of_one_warp"] = [FaultKind.DivergentBarrier],
        ["barrier_of_some_lanes"] = [FaultKind.DivergentBarrier],
        ["spin_on_a_waiting_thread"] = [FaultKind.EndlessLoop],
        ["named_barriers_without_empty"] = [FaultKind.SharedRace],
        ["named_barrier_nobody_signals"] = [FaultKind.Deadlock],
        ["flag_without_fence"] = [FaultKind.SharedRace],
        ["grid_counter"] = [FaultKind.GlobalRace],
        ["last_block_without_fence"] = [FaultKind.GlobalRace],
        ["two_blocks_write"] = [FaultKind.GlobalRace],
        ["write_what_others_read"] = [FaultKind.GlobalRace],
        ["global_neighbour"] = [FaultKind.GlobalRace],
        ["unwritten_global"] = [FaultKind.UninitialisedGlobal],
        ["global_out_of_bounds"] = [FaultKind.IllegalAddress],
        ["misaligned"] = [FaultKind.Misaligned],
        ["null"] = [FaultKind.IllegalAddress],
        ["shared_address_as_global"] = [FaultKind.AddressSpace],
        ["generic_address_as_shared"] = [FaultKind.AddressSpace],
        ["pipeline_waits_too_little"] = [FaultKind.AsyncCopyInFlight],
        ["pipeline_without_barrier"] = [FaultKind.AsyncCopyInFlight, FaultKind.SharedRace, FaultKind.UninitialisedShared],
        ["refill_under_readers"] = [FaultKind.AsyncCopyInFlight, FaultKind.SharedRace],
        ["copy_source_too_large"] = [FaultKind.InvalidOperand],
    };

    private static readonly PtxModule Module = PtxModule.Parse(File.ReadAllText(
        Path.Combine(TestData.RepositoryRoot!, "Tests", "CudaEmulator", "Patterns", "patterns.ptx")));

    private static IEnumerable<string> Legal => Names("legal_");

    private static IEnumerable<string> Illegal => Names("illegal_");

    [Test]
    public void EveryIllegalPatternHasAnExpectedFinding() => Assert.That(Illegal, Is.EquivalentTo(Expected.Keys));

    [Test]
    public void LegalPatternGivesNoFinding(
        [ValueSource(nameof(Legal))] string name,
        [Values] AsyncCopyMode copies,
        [Values(0, 1, 2, 3, 4)] int seed) => Assert.That(Run("legal_" + name, copies, seed), Is.Null);

    [Test]
    public void IllegalPatternIsFound(
        [ValueSource(nameof(Illegal))] string name,
        [Values] AsyncCopyMode copies,
        [Values(0, 1, 2, 3, 4)] int seed)
    {
        KernelFault? fault = Run("illegal_" + name, copies, seed);
        Assert.That(fault, Is.Not.Null);
        Assert.Multiple(() =>
        {
            Assert.That(Expected[name], Does.Contain(fault!.Kind), fault.Message);
            Assert.That(fault.Kernel, Is.EqualTo("illegal_" + name));
            Assert.That(fault.SourceLine, Does.StartWith("patterns.cu:"));
        });
    }

    [Test]
    public void LegalPatternsComputeWhatTheyShould()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Output("legal_named_barriers", 256 + 32), Is.EqualTo(Enumerable.Range(0, 8).Sum(i => (i * 32) + 31)));
            Assert.That(Output("legal_last_block", 512 + 5), Is.EqualTo(4 * 5));
            Assert.That(Output("legal_reductions", 256), Is.EqualTo(3211));
            Assert.That(Output("legal_histogram", 3), Is.EqualTo(4 * 8));
            Assert.That(Output("legal_volatile_flag", 256 + 32 + 1), Is.EqualTo(30));
            Assert.That(Output("legal_lanes_in_a_row", 256 + 17), Is.EqualTo(17));
        });
    }

    [Test]
    public void TwoBlocksOnTwoThreadsOfTheHostAreCheckedAlike([Values(1, 2, 3)] int seed)
    {
        Assert.Multiple(() =>
        {
            Assert.That(Run("legal_last_block", AsyncCopyMode.Lazy, seed, hostThreads: 2), Is.Null);
            Assert.That(Run("legal_grid_counter", AsyncCopyMode.Lazy, seed, hostThreads: 2), Is.Null);
            Assert.That(Run("illegal_read_then_write", AsyncCopyMode.Lazy, seed, hostThreads: 2)?.Kind, Is.EqualTo(FaultKind.SharedRace));
        });
    }

    [TestCase("illegal_no_syncwarp", CheckOptions.SharedRaces)]
    [TestCase("illegal_unwritten_slot", CheckOptions.UninitialisedShared)]
    [TestCase("illegal_grid_counter", CheckOptions.GlobalRaces)]
    [TestCase("illegal_unwritten_global", CheckOptions.UninitialisedGlobal)]
    [TestCase("illegal_pipeline_waits_too_little", CheckOptions.AsyncCopies)]
    public void EachCheckCanBeTurnedOffAloneAndOnAlone(string name, CheckOptions check)
    {
        Assert.Multiple(() =>
        {
            Assert.That(Run(name, AsyncCopyMode.Lazy, 0, CheckOptions.All & ~check), Is.Null);
            Assert.That(Run(name, AsyncCopyMode.Lazy, 0, check), Is.Not.Null);
        });
    }

    private static IEnumerable<string> Names(string prefix) =>
        Module.Kernels.Keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal)).Select(k => k[prefix.Length..]);

    private static KernelFault? Run(
        string kernel, AsyncCopyMode copies, int seed, CheckOptions checks = CheckOptions.All, int hostThreads = 1)
    {
        using var bench = new KernelBench();
        return Run(bench, kernel, copies, seed, checks, hostThreads, out _);
    }

    private static int Output(string kernel, int index)
    {
        using var bench = new KernelBench();
        KernelFault? fault = Run(bench, kernel, AsyncCopyMode.Lazy, 7, CheckOptions.All, 1, out DeviceBlock g);
        Assert.That(fault, Is.Null);
        return KernelBench.Download<int>(g)[index];
    }

    private static unsafe KernelFault? Run(
        KernelBench bench, string kernel, AsyncCopyMode copies, int seed, CheckOptions checks, int hostThreads, out DeviceBlock g)
    {
        g = bench.Allocate<int>(Ints);
        new Span<int>(g.Data, InitialisedInts).Clear();
        g.MarkInitialised(0, InitialisedInts * sizeof(int));
        var options = new ExecutionOptions
        {
            Checks = checks,
            AsyncCopies = copies,
            ScheduleSeed = seed,
            HostThreads = hostThreads,
            InstructionLimit = 200_000,
        };
        try
        {
            bench.Launch(Module.Kernels[kernel], new LaunchShape(4, 1, 1, 64, 1, 1), options, g);
            return null;
        }
        catch (KernelFault fault)
        {
            return fault;
        }
    }
}
