using System.Text;
using NUnit.Framework;
using SpecExecNative.Engine.Generation;

namespace SpecExecNative.Tests.Engine.Generation;

public sealed class StopStringFilterTests
{
    [Test]
    public void TextWithoutAStopStringComesOutWhole()
    {
        var filter = new StopStringFilter(["END"]);

        string text = filter.Append("the ") + filter.Append("E") + filter.Append("N") + filter.Append("Ds no") + filter.Flush();

        Assert.That(filter.Stopped, Is.True);
        Assert.That(text, Is.EqualTo("the "));
    }

    [Test]
    public void WhatCouldBecomeAStopStringIsHeldBackUntilItCannot()
    {
        var filter = new StopStringFilter(["END"]);

        Assert.That(filter.Append("xEN"), Is.EqualTo("x"));
        Assert.That(filter.Append("E"), Is.EqualTo("EN"));
        Assert.That(filter.Flush(), Is.EqualTo("E"));
        Assert.That(filter.Stopped, Is.False);
    }

    [Test]
    public void TheStopStringThatIsCompleteFirstCounts()
    {
        var filter = new StopStringFilter(["world", "lo"]);

        Assert.That(filter.Append("hello world"), Is.EqualTo("hel"));
        Assert.That(filter.Append("more"), Is.Empty);
    }

    /// <summary>However the text is cut into pieces, the result is the text before the stop string that is complete first.</summary>
    [Test]
    public void PiecesDoNotChangeTheResult()
    {
        var random = new Random(3);
        for (int round = 0; round < 5_000; round++)
        {
            string Letters(int n) => string.Concat(Enumerable.Range(0, n).Select(_ => "ab"[random.Next(2)]));
            string text = Letters(random.Next(0, 25));
            string[] stops = [Letters(random.Next(1, 6)), Letters(random.Next(1, 6))];

            var filter = new StopStringFilter(stops);
            var output = new StringBuilder();
            for (int at = 0; at < text.Length && !filter.Stopped;)
            {
                int length = Math.Min(random.Next(1, 4), text.Length - at);
                output.Append(filter.Append(text.Substring(at, length)));
                at += length;
            }

            if (!filter.Stopped)
            {
                output.Append(filter.Flush());
            }

            Assert.That(output.ToString(), Is.EqualTo(text[..FirstCompleted(text, stops)]), $"{text} / {string.Join(",", stops)}");
        }
    }

    private static int FirstCompleted(string text, string[] stops)
    {
        for (int end = 1; end <= text.Length; end++)
        {
            int start = stops.Where(s => text.AsSpan(0, end).EndsWith(s)).Select(s => end - s.Length).DefaultIfEmpty(-1).Min();
            if (start >= 0)
            {
                return start;
            }
        }

        return text.Length;
    }
}
