using NUnit.Framework;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Machine;

namespace SpecExecNative.Tests.Bench;

public sealed class MachineFactsTests
{
    [Test]
    public void TheMachineIsDescribedButNotItsUserOrFolders()
    {
        MachineFacts facts = MachineReader.Read("some device", null);
        string all = string.Join('\n', facts.Values.Select(v => $"{v.Name}: {v.Value}"));
        Assert.Multiple(() =>
        {
            Assert.That(facts.Device, Is.EqualTo("some device"));
            Assert.That(facts.Values.Select(v => v.Name), Is.SupersetOf(new[] { "cpu", "logical processors", "memory", "os", "runtime", "commit" }).And.Unique);
            Assert.That(all, Does.Not.Contain(Environment.MachineName));
            Assert.That(all, Does.Not.Contain(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)));
            Assert.That(all, Does.Not.Contain(AppContext.BaseDirectory));
        });
    }

    [Test]
    public void ACardsStateIsWhatItsToolSaysOfIt()
    {
        Assert.Multiple(() =>
        {
            Assert.That(CardState.Parse("1980, 1980, 3201, 41, 123.45, 700.00"), Does.Contain(new Parameter("temperature", "41 °C")).And.Contain(new Parameter("SM clock", "1980 MHz")));
            Assert.That(CardState.Parse("210, [N/A], 405, 35, [Not Supported], [N/A]").Select(p => p.Name), Is.EqualTo(new[] { "SM clock", "memory clock", "temperature" }));
            Assert.That(CardState.Parse("No devices were found"), Is.Empty);
            Assert.That(CardState.Parse(null), Is.Empty);
        });
    }

    [TestCase("0.1.0+0123abcd-dirty", "0123abcd-dirty")]
    [TestCase("0.1.0", "unknown")]
    [TestCase("0.1.0+", "unknown")]
    [TestCase(null, "unknown")]
    public void TheCommitIsWhatTheBuildSays(string? version, string commit) => Assert.That(Commit.In(version), Is.EqualTo(commit));

    [Test]
    public void AnInputIsNamedByWhatIsInIt()
    {
        string config = TestData.Repository("Bench/configs/tinyllama-1.1b.json");
        Assert.That(InputName.OfFile(config), Does.Match(@"^tinyllama-1\.1b\.json \([0-9a-f]{8}\)$"));
        var target = new DirectoryInfo(TestData.Repository("tools/demo-pair/target"));
        var draft = new DirectoryInfo(TestData.Repository("tools/demo-pair/draft"));
        Assert.That(InputName.OfModel(target), Does.Match(@"^target \([0-9a-f]{8}\)$"));
        Assert.That(InputName.OfModel(draft)[^9..], Is.Not.EqualTo(InputName.OfModel(target)[^9..]));
    }
}
