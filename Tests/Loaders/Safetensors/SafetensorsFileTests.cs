using NUnit.Framework;
using SpecExecNative.Loaders.Safetensors;

namespace SpecExecNative.Tests.Loaders.Safetensors;

public sealed class SafetensorsFileTests
{
    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void SetUp() => _directory = new TemporaryDirectory();

    [TearDown]
    public void TearDown() => _directory.Dispose();

    [Test]
    public void EveryWindowInsideATensorIsReadAndNoneOutside()
    {
        using SafetensorsFile file = WriteSmall();
        TensorInfo tensor = file.Tensors["b"];
        for (int offset = -2; offset <= 7; offset++)
        {
            for (int length = -2; length <= 7; length++)
            {
                if (offset >= 0 && length >= 0 && offset + length <= 5)
                {
                    byte[] expected = [.. Enumerable.Range(20 + offset, length).Select(i => (byte)i)];
                    Assert.That(file.Read(tensor, offset, length).ToArray(), Is.EqualTo(expected));
                }
                else
                {
                    Assert.Throws<ArgumentOutOfRangeException>(() => file.Read(tensor, offset, length), $"{offset}, {length}");
                }
            }
        }
    }

    [TestCase(long.MaxValue, 1)]
    [TestCase(long.MinValue, 1)]
    [TestCase(long.MaxValue, int.MaxValue)]
    [TestCase(0, int.MaxValue)]
    [TestCase(0, int.MinValue)]
    public void ExtremeWindowsAreRefused(long offset, int length)
    {
        using SafetensorsFile file = WriteSmall();

        Assert.Throws<ArgumentOutOfRangeException>(() => file.Read(file.Tensors["a"], offset, length));
    }

    [TestCase(0, 1000)]
    [TestCase(1000, 1)]
    [TestCase(-1, 1)]
    [TestCase(long.MinValue, 1)]
    [TestCase(long.MaxValue, 1)]
    [TestCase(0, long.MaxValue)]
    public void TensorOfAnotherFileLeadsNowhere(long offset, long bytes)
    {
        using SafetensorsFile file = WriteSmall();
        var foreign = new TensorInfo("foreign", TensorType.U8, [bytes], offset, bytes);

        Assert.Throws<ArgumentOutOfRangeException>(() => file.Read(foreign, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Read(foreign, Math.Max(0, bytes - 1), 1));
    }

    [Test]
    public void NothingIsReadAfterDispose()
    {
        SafetensorsFile file = WriteSmall();
        TensorInfo tensor = file.Tensors["a"];
        file.Dispose();
        file.Dispose();

        Assert.Throws<ObjectDisposedException>(() => file.Read(tensor, 0, 1));
    }

    [Test]
    public void BytesPastFourGigabytesAreReadFromTheirPlace()
    {
        const long Gap = (4L << 30) + 4099;
        string header = $$"""
            {"gap":{"dtype":"U8","shape":[{{Gap}}],"data_offsets":[0,{{Gap}}]},"tail":{"dtype":"U8","shape":[3],"data_offsets":[{{Gap}},{{Gap + 3}}]} }
            """;
        string path = _directory["sparse.safetensors"];
        using (FileStream stream = File.Create(path))
        {
            // A hole takes no room where the file system knows holes; where it does not, this test is not worth 4 GiB.
            byte[] start = RawFile.With(header, 0);
            stream.Write(start);
            stream.Position = start.Length + Gap;
            if (!OperatingSystem.IsLinux())
            {
                Assert.Ignore("sparse files are only made on Linux here");
            }

            stream.Write([7, 8, 9]);
        }

        using SafetensorsFile file = SafetensorsFile.Open(path);

        Assert.That(file.Read(file.Tensors["tail"], 0, 3).ToArray(), Is.EqualTo(new byte[] { 7, 8, 9 }));
        Assert.That(file.Read(file.Tensors["gap"], Gap - 5, 5).ToArray(), Is.EqualTo(new byte[5]));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Read(file.Tensors["gap"], Gap - 5, 6));
    }

    [Test]
    public void MissingFileIsATypedErrorWithItsName()
    {
        string path = _directory["absent.safetensors"];

        SafetensorsFormatException e = Assert.Throws<SafetensorsFormatException>(() => SafetensorsFile.Open(path))!;
        Assert.That((e.Error, e.FilePath), Is.EqualTo((SafetensorsError.IoError, path)));
    }

    [Test]
    public void DirectoryIsNoFile()
        => Assert.That(
            Assert.Throws<SafetensorsFormatException>(() => SafetensorsFile.Open(_directory.Path))!.Error, Is.EqualTo(SafetensorsError.IoError));

    [TestCase(0, SafetensorsError.HeaderTooSmall)]
    [TestCase(7, SafetensorsError.HeaderTooSmall)]
    [TestCase(8, SafetensorsError.InvalidHeaderDeserialization)]
    public void FileOfZerosIsRefused(int bytes, SafetensorsError error)
    {
        File.WriteAllBytes(_directory["zeros"], new byte[bytes]);

        Assert.That(Assert.Throws<SafetensorsFormatException>(() => SafetensorsFile.Open(_directory["zeros"]))!.Error, Is.EqualTo(error));
    }

    [Test]
    public void RefusedFileIsNotHeldOpen()
    {
        string path = _directory["bad.safetensors"];
        File.WriteAllBytes(path, RawFile.With("[]", 0));
        Assert.Throws<SafetensorsFormatException>(() => SafetensorsFile.Open(path));

        using var exclusive = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.That(exclusive.Length, Is.EqualTo(10));
    }

    /// <summary>Tensor a: bytes 10, 11, 12. Tensor b: bytes 20 to 24.</summary>
    private SafetensorsFile WriteSmall()
    {
        var writer = new SafetensorsWriter();
        writer.Add("a", TensorType.U8, [3], new byte[] { 10, 11, 12 });
        writer.Add("b", TensorType.U8, [5], new byte[] { 20, 21, 22, 23, 24 });
        writer.Save(_directory["small.safetensors"]);
        return SafetensorsFile.Open(_directory["small.safetensors"]);
    }
}
