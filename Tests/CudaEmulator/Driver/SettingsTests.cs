using NUnit.Framework;
using SpecExecNative.CudaEmulator.Checks;
using SpecExecNative.CudaEmulator.Driver;
using SpecExecNative.CudaEmulator.Execution;
using SpecExecNative.CudaEmulator.Settings;

namespace SpecExecNative.Tests.CudaEmulator.Driver;

/// <summary>Settings say what they mean in either notation, or are refused.</summary>
public sealed class SettingsTests
{
    [Test]
    public void JsonAndKeyValueSayTheSame()
    {
        const string Json = """
            {
              "computeCapability": "7.5", "name": "Posed", "vramBytes": 6442450944, "driverVersion": "12.4", "schedule": "random",
              "seed": 7, "cpAsync": "eager", "checks": ["shared-races", "free-in-use"], "failCall": { "name": "cuMemAlloc_v2", "nth": 3, "code": 2, "times": 5 },
              "loseDevice": { "after": 100, "code": 999 }
            }
            """;
        const string Pairs = """
            computeCapability=7.5; name=Posed; vramBytes=6GiB; driverVersion=12.4; schedule=Random; seed=7; cpAsync=eager
            checks=shared-races,free-in-use; failCall.code=2; failCall.name=cuMemAlloc_v2; failCall.nth=3; failCall.times=5; loseDevice.after=100; loseDevice.code=999
            """;
        EmulatorSettings expected = EmulatorSettings.Default with
        {
            ComputeCapability = (7, 5),
            Name = "Posed",
            VramBytes = 6L << 30,
            DriverVersion = 12040,
            Schedule = SchedulePolicy.Random,
            Seed = 7,
            Checks = DriverChecks.FreeInUse,
            Execution = ExecutionOptions.Default with { AsyncCopies = AsyncCopyMode.Eager, ScheduleSeed = 7, Checks = CheckOptions.SharedRaces },
            Failure = new InjectedFailure("cuMemAlloc_v2", 3, CudaResult.OutOfMemory, 5),
            LostAfterCalls = 100,
            LostResult = CudaResult.Unknown,
        };
        Assert.That(EmulatorSettings.Parse(Json), Is.EqualTo(expected));
        Assert.That(EmulatorSettings.Parse(Pairs), Is.EqualTo(expected));
    }

    [Test]
    public void NothingSaidMeansTheDefaults([Values(null, "", "  ", "{}")] string? text) =>
        Assert.That(EmulatorSettings.Parse(text), Is.EqualTo(EmulatorSettings.Default));

    [TestCase("all,-unordered", (int)(DriverChecks.All & ~DriverChecks.Unordered), CheckOptions.All)]
    [TestCase("none", (int)DriverChecks.None, CheckOptions.None)]
    [TestCase("kernel", (int)DriverChecks.None, CheckOptions.All)]
    [TestCase("driver,global-races", (int)DriverChecks.All, CheckOptions.GlobalRaces)]
    public void ChecksAreNamedAddedAndTakenOut(string list, int driver, CheckOptions kernel)
    {
        EmulatorSettings settings = EmulatorSettings.Parse($"checks={list}");
        Assert.That((settings.Checks, settings.Execution.Checks), Is.EqualTo(((DriverChecks)driver, kernel)));
    }

    [TestCase("vram=1GiB")]
    [TestCase("vramBytes=many")]
    [TestCase("vramBytes=-1")]
    [TestCase("vramBytes=99999999999GiB")]
    [TestCase("computeCapability=8")]
    [TestCase("schedule=1")]
    [TestCase("schedule=never")]
    [TestCase("checks=everything")]
    [TestCase("failCall.nth=2")]
    [TestCase("failCall.name=cuInit;failCall.code=12345")]
    [TestCase("late")]
    [TestCase("{\"seed\": }")]
    public void WhatCannotBeIsRefused(string text) =>
        Assert.Throws<SettingsException>(() => EmulatorSettings.Parse(text));
}
