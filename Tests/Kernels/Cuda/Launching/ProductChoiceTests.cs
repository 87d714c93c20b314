using NUnit.Framework;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Kernels.Cuda.Launching;

namespace SpecExecNative.Tests.Kernels.Cuda.Launching;

/// <summary>Which tile a product takes, on cards that nobody here has.</summary>
public sealed class ProductChoiceTests
{
    private static readonly CudaCard Rtx4090 = Card(new(8, 9), multiprocessors: 128, sharedKilobytes: 99);
    private static readonly CudaCard Rtx4060 = Card(new(8, 9), multiprocessors: 24, sharedKilobytes: 99);
    private static readonly CudaCard Rtx2080Ti = Card(new(7, 5), multiprocessors: 68, sharedKilobytes: 64);
    private static readonly CudaCard H200 = Card(new(9, 0), multiprocessors: 132, sharedKilobytes: 227);

    [TestCase(1, 8192, GemmTiles.Narrow16)]
    [TestCase(16, 128256, GemmTiles.Narrow16)]
    [TestCase(17, 8192, GemmTiles.Narrow32)]
    [TestCase(64, 28672, GemmTiles.Middle)]
    [TestCase(128, 8192, GemmTiles.Middle, Description = "64 wide tiles would leave half of the card idle")]
    [TestCase(128, 28672, GemmTiles.Wide)]
    [TestCase(256, 8192, GemmTiles.Wide)]
    [TestCase(4096, 8192, GemmTiles.Wide)]
    public void TheTileFitsTheRowsAndFillsTheCard(int rows, int outputs, string tile)
        => Assert.That(new ProductChoice(Rtx4090).Tile(rows, outputs, 128), Is.EqualTo(tile));

    [Test]
    public void DeepTilesAreForCardsWithRoomForTwo()
    {
        Assert.That(new ProductChoice(H200).Tile(1024, 8192, 128), Is.EqualTo(GemmTiles.Deep));
        Assert.That(new ProductChoice(Rtx2080Ti).Tile(1024, 8192, 128), Is.EqualTo(GemmTiles.Wide));
    }

    [Test]
    public void FewRowsAreSplitWhereNarrowTilesWouldNotFillTheCard()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(new ProductChoice(Rtx4090).FewRows(1, 2048), Is.EqualTo(FewRowsTile.Few16));
            Assert.That(new ProductChoice(Rtx4090).FewRows(32, 2048), Is.EqualTo(FewRowsTile.Few32));
            Assert.That(new ProductChoice(Rtx4090).FewRows(1, 128256), Is.Null);
            Assert.That(new ProductChoice(Rtx4060).FewRows(1, 2048), Is.Null, "64 narrow tiles are enough for 24 multiprocessors");
            Assert.That(new ProductChoice(Rtx4090).FewRows(33, 2048), Is.Null);
        }
    }

    [TestCase(64, 2048, 2048, 8)]
    [TestCase(64, 8192, 8192, 4)]
    [TestCase(256, 2048, 2048, 4)]
    [TestCase(64, 2048, 512, 2, Description = "slices of less than 256 do not pay")]
    [TestCase(64, 2048, 200, 1)]
    [TestCase(64, 128256, 2048, 1, Description = "full without")]
    [TestCase(16, 64, 8192, 1, Description = "few rows have tiles of their own")]
    public void SlicesFillTheCard(int rows, int outputs, int inputs, int slices)
        => Assert.That(new ProductChoice(Rtx4090).Slices(rows, outputs, inputs), Is.EqualTo(slices));

    private static CudaCard Card(GpuArchitecture architecture, int multiprocessors, int sharedKilobytes)
        => new(0, "card", architecture, 24L << 30, multiprocessors, sharedKilobytes * 1024, 2, "0000:01:00.0");
}
