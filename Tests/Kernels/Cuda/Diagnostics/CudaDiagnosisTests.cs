using NUnit.Framework;
using SpecExecNative.Kernels.Cuda.Diagnostics;

namespace SpecExecNative.Tests.Kernels.Cuda.Diagnostics;

public sealed class CudaDiagnosisTests
{
    [Test]
    public void MachineWithEverythingHasNoProblem()
    {
        Assert.That(Machine.Ready.Problems, Is.Empty);
        Assert.That(Machine.Ready.IsReady, Is.True);
    }

    [TestCase("Debian", "apt install nvidia-driver")]
    [TestCase("Ubuntu", "ubuntu-drivers install")]
    [TestCase("Windows", "nvidia.com/drivers")]
    public void MissingDriverBlocksAndNamesThePackage(string where, string how)
    {
        Problem problem = Machine.Bare.Problems[0];
        Assert.That(problem.What, Does.Contain("driver was not found").And.Contain("libcuda.so.1"));
        Assert.That(problem.IsBlocking, Is.True);
        Assert.That(problem.Cures.Single(cure => cure.Where == where).How, Does.Contain(how));
        Assert.That(Machine.Bare.IsReady, Is.False);
    }

    [Test]
    public void CardWithoutDriverIsNamedByItsAddress()
        => Assert.That((Machine.Bare with { Controllers = ["0000:0a:00.0"] }).Problems[0].What, Does.Contain("There is an NVIDIA card (PCI 0000:0a:00.0)"));

    [Test]
    public void ContainerIsFirstToldHowToGetTheHostsDriver()
    {
        Assert.That((Machine.Bare with { IsContainer = true }).Problems[0].Cures[0].How, Does.Contain("--gpus all"));
        Assert.That(Machine.Bare.Problems[0].Cures.Select(cure => cure.Where), Has.None.EqualTo("Docker"));
    }

    [TestCase(34, "Debian", Description = "the toolkit's stub: there is no driver behind it")]
    [TestCase(803, "everywhere", Description = "library and kernel module differ: a restart brings them together")]
    [TestCase(999, "everywhere")]
    public void FailingDriverIsQuotedAndItsFirstCureFits(int code, string where)
    {
        Problem problem = (Machine.Ready with { Driver = new DriverFacts(DriverState.Failing, "libcuda.so.1", Failure: "cuInit failed", FailureCode: code), Cards = [] }).Problems[0];
        Assert.That(problem.What, Does.Contain("cuInit failed"));
        Assert.That(problem.IsBlocking, Is.True);
        Assert.That(problem.Cures[0].Where, Is.EqualTo(where));
    }

    [Test]
    public void OldDriverIsToldWhichOneIsNeeded()
    {
        Problem problem = (Machine.Ready with { Driver = new DriverFacts(DriverState.TooOld, "libcuda.so.1", new Version(11, 4)), Cards = [] }).Problems[0];
        Assert.That(problem.What, Does.Contain("CUDA 11.4").And.Contain("12.0").And.Contain("525"));
        Assert.That(problem.IsBlocking, Is.True);
    }

    [Test]
    public void DriverWithoutCardsPointsAtTheVariableThatHidesThem()
    {
        Problem problem = (Machine.Ready with { Driver = Machine.Ready.Driver with { State = DriverState.NoCard }, Cards = [] }).Problems[0];
        Assert.That(problem.Cures[0].How, Does.Contain("CUDA_VISIBLE_DEVICES"));
        Assert.That(problem.IsBlocking, Is.True);
    }

    [Test]
    public void UselessCardBlocksOnlyIfThereIsNoOther()
    {
        var old = new CardFacts(Machine.Card(0, 6, 1), Failure: "compute capability 6.1");
        CudaInspection alone = Machine.Ready with { Cards = [old] };
        CudaInspection inCompany = Machine.Ready with { Cards = [old, new CardFacts(Machine.Card(1, 8, 9))] };
        Assert.That(alone.Problems.Single().IsBlocking, Is.True);
        Assert.That(alone.Problems.Single().Cures[0].How, Does.Contain("7.5"));
        Assert.That(alone.IsReady, Is.False);
        Assert.That(inCompany.Problems.Single().IsBlocking, Is.False);
        Assert.That(inCompany.FirstUsable!.Card.Ordinal, Is.EqualTo(1));
        Assert.That(inCompany.IsReady, Is.True);
    }

    [TestCase(12, "nvidia-cuda-nvrtc-cu12")]
    [TestCase(13, "nvidia-cuda-nvrtc")]
    public void MissingCompilerNamesTheWheelOfTheDriversGeneration(int cudaMajor, string wheel)
    {
        CudaInspection found = Machine.Ready with { Compiler = Machine.Bare.Compiler, Driver = Machine.Ready.Driver with { CudaVersion = new Version(cudaMajor, 0) } };
        Assert.That(found.Problems.Single().Cures.Single(cure => cure.Where == "pip").How, Is.EqualTo($"pip install {wheel}"));
        Assert.That(found.Problems.Single().Cures.Single(cure => cure.Where == "Debian").How, Does.Contain("libnvrtc12"));
    }

    [TestCase(100, false)]
    [TestCase(0, true)]
    public void MissingCompilerBlocksOnlyIfNoKernelsComeAlong(int shipped, bool isBlocking)
    {
        CudaInspection found = Machine.Ready with { Compiler = Machine.Bare.Compiler, ShippedKernels = shipped };
        Assert.That(found.Problems.Single().IsBlocking, Is.EqualTo(isBlocking));
        Assert.That(found.IsReady, Is.EqualTo(!isBlocking));
    }

    [TestCase(12, 0, 1, Description = "a later generation: PTX at best")]
    [TestCase(9, 0, 0)]
    [TestCase(8, 7, 0, Description = "machine code of 8.6 runs on 8.7")]
    public void CompilerThatIsOlderThanTheCardIsSaid(int major, int minor, int problems)
    {
        CudaInspection found = Machine.Ready with { Cards = [new CardFacts(Machine.Card(0, major, minor))] };
        Assert.That(found.Problems, Has.Count.EqualTo(problems));
        Assert.That(found.Problems.Select(p => p.What), Has.All.Contains("12.0").And.All.Contains("NVRTC 12.4"));
        Assert.That(found.IsReady, Is.True);
    }

    [Test]
    public void CacheThatCannotBeWrittenIsNamed()
    {
        Problem problem = (Machine.Ready with { Cache = Machine.Ready.Cache with { IsWritable = false } }).Problems.Single();
        Assert.That(problem.What, Does.Contain(Machine.Ready.Cache.Folder));
        Assert.That(problem.IsBlocking, Is.False);
    }

    [Test]
    public void NarrowLinkIsSaidAndASleepingOneIsNot()
    {
        CardFacts card = Machine.Ready.Cards[0];
        Problem problem = (Machine.Ready with { Cards = [card with { Link = new PcieLink(4, 4, 4, 16) }] }).Problems.Single();
        Assert.That(problem.What, Does.Contain("4 of its 16").And.Contain("0.25 times"));
        Assert.That(problem.IsBlocking, Is.False);
        Assert.That((Machine.Ready with { Cards = [card with { Link = new PcieLink(1, 16, 4, 16) }] }).Problems, Is.Empty);
    }

    [Test]
    public void BlockingProblemsComeFirstAndAllHaveCures()
    {
        CudaInspection found = Machine.Bare with { Cache = Machine.Bare.Cache with { IsWritable = false }, ShippedKernels = 0, IsContainer = true };
        Assert.That(found.Problems.Select(p => p.IsBlocking), Is.EqualTo([true, true, false]));
        Assert.That(found.Problems.Select(p => p.Cures.Count), Has.All.GreaterThan(0));
        Assert.That(found.Problems.SelectMany(p => p.Cures).Select(c => c.How), Has.All.Not.Empty);
    }
}
