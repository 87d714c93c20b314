using System.Buffers.Binary;
using System.Text;
using NUnit.Framework;
using SpecExecNative.Loaders.Safetensors;

namespace SpecExecNative.Tests.Loaders.Safetensors;

public sealed class SafetensorsWriterTests
{
    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void SetUp() => _directory = new TemporaryDirectory();

    [TearDown]
    public void TearDown() => _directory.Dispose();

    [Test]
    public void FileIsByteForByteWhatTheFormatAsksFor()
    {
        var writer = new SafetensorsWriter();
        writer.Add("b", TensorType.U8, [2], new byte[] { 1, 2 });
        writer.Add("a", TensorType.F32, [1], new byte[] { 3, 4, 5, 6 });
        writer.Metadata["format"] = "pt";

        const string Header = """{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[2],"data_offsets":[4,6]}}""";
        byte[] written = Write(writer);

        int headerBytes = (int)BinaryPrimitives.ReadUInt64LittleEndian(written);
        Assert.That(headerBytes, Is.EqualTo((Header.Length + 7) / 8 * 8));
        Assert.That(Encoding.UTF8.GetString(written, 8, headerBytes), Is.EqualTo(Header.PadRight(headerBytes)));
        Assert.That(written[(8 + headerBytes)..], Is.EqualTo(new byte[] { 3, 4, 5, 6, 1, 2 }));
    }

    [Test]
    public void WidestTypeComesFirstThenNamesInOrderOfTheirUtf8()
    {
        // In UTF-16 the emoji's surrogates come before U+FF61; in UTF-8 they come after.
        (string Name, TensorType Type)[] expected =
        [
            ("z", TensorType.I64), ("y", TensorType.F64), ("x", TensorType.F32), ("a", TensorType.BF16), ("b", TensorType.BF16),
            ("\uFF61", TensorType.BF16), ("😀", TensorType.BF16), ("c", TensorType.F16), ("q", TensorType.Bool),
        ];
        var writer = new SafetensorsWriter();
        foreach ((string name, TensorType type) in expected.Reverse())
        {
            writer.Add(name, type, [1], new byte[type.Bits() / 8]);
        }

        byte[] written = Write(writer);
        IEnumerable<(string, TensorType)> actual = SafetensorsHeader.Parse(written, written.Length, "x").Tensors.Values
            .OrderBy(t => t.Offset).Select(t => (t.Name, t.Type));
        Assert.That(actual, Is.EqualTo(expected));
    }

    [Test]
    public void WhatIsWrittenIsRead()
    {
        for (int seed = 0; seed < 500; seed++)
        {
            AssertRoundTrip(new Random(seed));
        }
    }

    [Test]
    public void FailedSaveLeavesTheOldFileAndNoOther()
    {
        string path = _directory["model.safetensors"];
        File.WriteAllText(path, "old");
        var writer = new SafetensorsWriter();
        writer.Add("a", TensorType.U8, [3], stream => stream.Write([1, 2]));

        Assert.Throws<InvalidOperationException>(() => writer.Save(path));

        Assert.That(File.ReadAllText(path), Is.EqualTo("old"));
        Assert.That(Directory.GetFileSystemEntries(_directory.Path), Is.EqualTo(new[] { path }));
    }

    [Test]
    public void ErrorOfATensorsOwnCallbackIsNotTakenForOneOfTheFile()
    {
        string path = _directory["model.safetensors"];
        var failure = new IOException("the source is gone");
        var writer = new SafetensorsWriter();
        writer.Add("a", TensorType.U8, [3], _ => throw failure);

        Assert.That(Assert.Throws<IOException>(() => writer.Save(path)), Is.SameAs(failure));
        Assert.That(Directory.GetFileSystemEntries(_directory.Path), Is.Empty);
    }

    [Test]
    public void SavesToOnePathAtATimeDoNotDisturbEachOther()
    {
        string path = _directory["model.safetensors"];
        var outer = new SafetensorsWriter();
        outer.Add("a", TensorType.U8, [1], stream =>
        {
            var inner = new SafetensorsWriter();
            inner.Add("a", TensorType.U8, [1], new byte[] { 1 });
            inner.Save(path);
            Assert.That(File.ReadAllBytes(path)[^1], Is.EqualTo(1), "the inner one is whole while the outer one is being written");
            stream.WriteByte(2);
        });
        outer.Save(path);

        Assert.That(File.ReadAllBytes(path)[^1], Is.EqualTo(2));
        Assert.That(Directory.GetFileSystemEntries(_directory.Path), Is.EqualTo(new[] { path }));
    }

    [Test]
    public void FilesOfOthersWithSuchNamesStay()
    {
        string path = _directory["model.safetensors"];
        string others = $"{path}.{Environment.ProcessId}.tmp";
        File.WriteAllText(others, "mine");
        Directory.CreateDirectory(path);

        // The place is taken by a directory, so the last step fails.
        Assert.Throws<SafetensorsFormatException>(() => new SafetensorsWriter().Save(path));
        Assert.That(Directory.GetFileSystemEntries(_directory.Path), Is.EquivalentTo(new[] { path, others }));
        Assert.That(File.ReadAllText(others), Is.EqualTo("mine"));
    }

    [Test]
    public void TensorThatWritesTooMuchIsRefused()
    {
        var writer = new SafetensorsWriter();
        writer.Add("a", TensorType.U8, [3], stream => stream.Write([1, 2, 3, 4]));

        Assert.Throws<InvalidOperationException>(() => Write(writer));
    }

    [Test]
    public void SaveWhereNothingCanBeWrittenIsATypedError()
    {
        string path = Path.Combine(_directory["absent"], "model.safetensors");

        SafetensorsFormatException e = Assert.Throws<SafetensorsFormatException>(() => new SafetensorsWriter().Save(path))!;
        Assert.That((e.Error, e.FilePath), Is.EqualTo((SafetensorsError.IoError, path)));
    }

    [TestCase("__metadata__")]
    [TestCase("taken")]
    public void NameThatCannotBeAKeyIsRefused(string name)
    {
        var writer = new SafetensorsWriter();
        writer.Add("taken", TensorType.U8, [1], new byte[1]);

        Assert.Throws<ArgumentException>(() => writer.Add(name, TensorType.U8, [1], new byte[1]));
    }

    [Test]
    public void NameThatIsNoUnicodeIsRefused()
        => Assert.Throws<ArgumentException>(() => new SafetensorsWriter().Add("\ud800", TensorType.U8, [1], new byte[1]));

    [Test]
    public void SizeThatIsNotTheShapesIsRefused()
    {
        var writer = new SafetensorsWriter();

        Assert.Throws<ArgumentException>(() => writer.Add("a", TensorType.F32, [2], new byte[7]));
        Assert.Throws<ArgumentException>(() => writer.Add("a", TensorType.F4, [3], new byte[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Add("a", TensorType.U8, [-1], ReadOnlyMemory<byte>.Empty));
        Assert.Throws<ArgumentException>(() => writer.Add("a", TensorType.F64, [long.MaxValue, 2], _ => { }));
    }

    private void AssertRoundTrip(Random random)
    {
        var writer = new SafetensorsWriter();
        var expected = new Dictionary<string, (TensorType Type, long[] Shape, byte[] Content)>();
        for (int count = random.Next(9); count > 0; count--)
        {
            string name = RandomName(random);
            var type = (TensorType)random.Next(Enum.GetValues<TensorType>().Length);
            long[] shape = [.. Enumerable.Range(0, random.Next(8)).Select(_ => (long)random.Next(5))];
            long bits = shape.Aggregate(1L, (a, b) => a * b) * type.Bits();
            if (bits % 8 != 0 || expected.ContainsKey(name))
            {
                continue;
            }

            byte[] content = new byte[bits / 8];
            random.NextBytes(content);
            expected.Add(name, (type, shape, content));
            writer.Add(name, type, shape, content);
        }

        writer.Metadata[RandomName(random)] = RandomName(random);
        string path = _directory["roundtrip.safetensors"];
        writer.Save(path);

        using SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.That(file.Metadata, Is.EqualTo(writer.Metadata));
        Assert.That(file.Tensors.Keys, Is.EquivalentTo(expected.Keys));
        foreach ((string name, (TensorType type, long[] shape, byte[] content)) in expected)
        {
            TensorInfo tensor = file.Tensors[name];
            Assert.That(tensor.Type, Is.EqualTo(type));
            Assert.That(tensor.Shape, Is.EqualTo(shape));
            Assert.That(file.Read(tensor, 0, (int)tensor.Bytes).ToArray(), Is.EqualTo(content));
        }
    }

    private static byte[] Write(SafetensorsWriter writer)
    {
        using var stream = new MemoryStream();
        writer.Write(stream);
        return stream.ToArray();
    }

    private static string RandomName(Random random)
        => string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => char.ConvertFromUtf32(random.Next(4) switch
        {
            0 => random.Next(0x20),
            1 => random.Next(0x20, 0x7F),
            2 => random.Next(0x80, 0xD800),
            _ => random.Next(0x1_0000, 0x11_0000),
        })));
}
