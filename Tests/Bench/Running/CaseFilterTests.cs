using NUnit.Framework;
using SpecExecNative.Bench;
using SpecExecNative.Bench.Running;

namespace SpecExecNative.Tests.Bench.Running;

public sealed class CaseFilterTests
{
    [TestCase("linear, f16, qkv", "f16", true)]
    [TestCase("linear, f16, qkv", "QKV", true)]
    [TestCase("linear, f16, qkv", "linear*qkv", true)]
    [TestCase("linear, f16, qkv", "f16*", false)]
    [TestCase("linear, f16, qkv", "*f1?*", true)]
    [TestCase("linear, f16, qkv", "linear. f16", false)]
    [TestCase("attention, prefix 128", "prefix 12", true)]
    [TestCase("attention, prefix 128", "*prefix 12", false)]
    public void TextIsFoundWithinAndAPatternDescribesAll(string name, string text, bool isLike) => Assert.That(CaseFilter.IsLike(name, text), Is.EqualTo(isLike));

    [Test]
    public void AFilterThatLeavesNothingIsRefused()
    {
        using StringWriter error = new();
        Assert.That(BenchApplication.Run(["kernels", "--filter", "no such case"], TextWriter.Null, error), Is.EqualTo(BenchExitCode.Usage));
        Assert.That(error.ToString(), Does.Contain("no such case").And.Contain("--list"));
    }
}
