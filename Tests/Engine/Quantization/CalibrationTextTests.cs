using NUnit.Framework;
using SpecExecNative.Engine.Quantization;

namespace SpecExecNative.Tests.Engine.Quantization;

public sealed class CalibrationTextTests
{
    [Test]
    public void WindowsAreWholeDistinctAndSpreadFromTheBeginningToTheEnd([Values] bool opens)
    {
        int[] tokens = [.. Enumerable.Range(1000, 1000)];
        IReadOnlyList<int[]> windows = CalibrationText.Cut(tokens, opens ? 7 : null, 10, 5);
        Assert.That(windows, Has.Count.EqualTo(5));
        Assert.That(windows.Select(w => w.Length), Is.All.EqualTo(10));
        if (opens)
        {
            Assert.That(windows.Select(w => w[0]), Is.All.EqualTo(7));
        }

        int[][] contents = [.. windows.Select(w => w[(opens ? 1 : 0)..])];
        Assert.That(contents.Select(c => c[^1] - c[0]), Is.All.EqualTo(contents[0].Length - 1), "neighbours stay neighbours");
        Assert.That(contents[0][0], Is.EqualTo(1000));
        Assert.That(contents[^1][0], Is.GreaterThan(1750));
        Assert.That(contents.SelectMany(c => c), Is.Unique);
    }

    [Test]
    public void TextWithFewerWindowsGivesThoseItHas() => Assert.That(CalibrationText.Cut(new int[35], null, 10, 128), Has.Count.EqualTo(3));

    [Test]
    public void ShortTextIsOneWindow() => Assert.That(CalibrationText.Cut([4, 5], 1, 10, 128), Is.EqualTo((int[][])[[1, 4, 5]]));

    [Test]
    public void NoTextGivesNone() => Assert.That(CalibrationText.Cut([], 1, 10, 128), Is.Empty);

    [Test]
    public void HashTellsWindowsApartByTokensAndByCut()
    {
        string[] hashes = [CalibrationText.Sha256([[1, 2], [3]]), CalibrationText.Sha256([[1], [2, 3]]), CalibrationText.Sha256([[1, 2], [4]])];
        Assert.That(hashes, Is.Unique);
        Assert.That(CalibrationText.Sha256([[1, 2], [3]]), Is.EqualTo(hashes[0]));
    }
}
