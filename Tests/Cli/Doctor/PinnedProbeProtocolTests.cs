using NUnit.Framework;
using SpecExecNative.Cli.Doctor;

namespace SpecExecNative.Tests.Cli.Doctor;

public sealed class PinnedProbeProtocolTests
{
    [Test]
    public void WhatIsWrittenIsRead()
    {
        Assert.That(Read(PinnedProbeProtocol.GrantedLine(256), PinnedProbeProtocol.GrantedLine(512), PinnedProbeProtocol.EndLine(null)), Is.EqualTo(new PinnedGrant(512, 1024, null)));
        Assert.That(Read(PinnedProbeProtocol.GrantedLine(256), PinnedProbeProtocol.EndLine("no more")), Is.EqualTo(new PinnedGrant(256, 1024, "no more")));
    }

    [Test]
    public void ProcessThatWasEndedHadWhatItSaidLast()
        => Assert.That(Read(PinnedProbeProtocol.GrantedLine(256), PinnedProbeProtocol.GrantedLine(512)), Is.EqualTo(new PinnedGrant(512, 1024, "it went away")));

    [Test]
    public void ForeignLinesAreNothing()
        => Assert.That(Read("granted many", "hello", ""), Is.EqualTo(new PinnedGrant(0, 1024, "it went away")));

    private static PinnedGrant Read(params string[] lines)
    {
        var protocol = new PinnedProbeProtocol(1024);
        foreach (string line in lines)
        {
            protocol.Read(line);
        }

        return protocol.Result("it went away");
    }
}
