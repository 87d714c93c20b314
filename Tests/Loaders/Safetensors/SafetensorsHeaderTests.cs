using NUnit.Framework;
using SpecExecNative.Loaders.Safetensors;

namespace SpecExecNative.Tests.Loaders.Safetensors;

/// <summary>The cases of the reference implementation's own unit tests, and some that it has not.</summary>
public sealed class SafetensorsHeaderTests
{
    private const string TwoByTwo = """{"test":{"dtype":"I32","shape":[2,2],"data_offsets":[0,16]}}""";

    [Test]
    public void TensorIsFoundWhereTheHeaderSays()
    {
        SafetensorsHeader header = Parse(RawFile.With(TwoByTwo, 16));

        TensorInfo tensor = header.Tensors.Single().Value;
        Assert.That(header.DataStart, Is.EqualTo(8 + TwoByTwo.Length));
        Assert.That((tensor.Name, tensor.Type, tensor.Offset, tensor.Bytes), Is.EqualTo(("test", TensorType.I32, 0L, 16L)));
        Assert.That(tensor.Shape, Is.EqualTo(new long[] { 2, 2 }));
        Assert.That(header.Metadata, Is.Empty);
    }

    [Test]
    public void EmptyShapeIsOneElement()
        => Assert.That(Parse(RawFile.With("""{"s":{"dtype":"F64","shape":[],"data_offsets":[0,8]}}""", 8)).Tensors["s"].Shape, Is.Empty);

    [Test]
    public void MetadataIsRead()
        => Assert.That(
            Parse(RawFile.With("""{"__metadata__":{"format":"pt","é":"😀"}}""", 0)).Metadata,
            Is.EquivalentTo(new Dictionary<string, string> { ["format"] = "pt", ["é"] = "😀" }));

    [TestCase("{}   ")]
    [TestCase("  {}")]
    [TestCase("\t\r\n{} \n")]
    public void WhitespaceAroundTheHeaderIsAllowed(string header) => Assert.That(Parse(RawFile.With(header, 0)).Tensors, Is.Empty);

    [Test]
    public void TensorWithoutElementsMaySitAtABoundary()
    {
        SafetensorsHeader header = Parse(RawFile.With(
            """{"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[3,0],"data_offsets":[4,4]}}""", 4));

        Assert.That(header.Tensors["a"].Bytes, Is.Zero);
    }

    [Test]
    public void DimensionPastLongInAnEmptyTensorIsGivenAsTheLargestLong()
        => Assert.That(
            Parse(RawFile.With("""{"e":{"dtype":"U8","shape":[0,18446744073709551615],"data_offsets":[0,0]}}""", 0)).Tensors["e"].Shape,
            Is.EqualTo(new[] { 0, long.MaxValue }));

    [Test]
    public void LastOfTwoTensorsOfOneNameCountsAsInTheReference()
        => Assert.That(
            Parse(RawFile.With("""{"a":{"dtype":"U8","shape":[9],"data_offsets":[5,6]},"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", 4)).Tensors["a"].Bytes,
            Is.EqualTo(4));

    [TestCase("""{"a":{"dtype":"F4","shape":[2],"data_offsets":[0,1]}}""", 1)]
    [TestCase("""{"a":{"dtype":"F6_E2M3","shape":[4],"data_offsets":[0,3]}}""", 3)]
    public void ElementsBelowAByteMayFillWholeBytes(string header, int bytes)
        => Assert.That(Parse(RawFile.With(header, bytes)).Tensors["a"].Bytes, Is.EqualTo(bytes));

    [TestCase("{", 0)]
    [TestCase("", 0)]
    [TestCase("[]", 0)]
    [TestCase("""{"a":1}""", 0)]
    [TestCase("""{"a":{}}""", 0)]
    [TestCase("""{"a":{"dtype":"F32","dtype":"F32","shape":[],"data_offsets":[0,4]}}""", 4)]
    [TestCase("""{"a":{"dtype":"f32","shape":[],"data_offsets":[0,4]}}""", 4)]
    [TestCase("""{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}""", 4)]
    [TestCase("""{"a":{"dtype":"F32","shape":[-0],"data_offsets":[0,0]}}""", 0)]
    [TestCase("""{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4,4]}}""", 4)]
    [TestCase("""{"a":{"dtype":"F32","shape":[],"data_offsets":[0,"4"]}}""", 4)]
    [TestCase("""{"a":{"dtype":"\ud800","shape":[],"data_offsets":[0,4]}}""", 4)]
    [TestCase("""{"__metadata__":{},"__metadata__":{}}""", 0)]
    [TestCase("""{"__metadata__":{"a":1}}""", 0)]
    [TestCase("{}\0", 0)]
    [TestCase("{},", 0)]
    public void HeaderThatIsNotTheFormatsJsonIsRefused(string header, int bytes)
        => Assert.That(ErrorOf(RawFile.With(header, bytes)), Is.EqualTo(SafetensorsError.InvalidHeaderDeserialization));

    [TestCase(100, true)]
    [TestCase(125, true)]
    [TestCase(126, false)]
    [TestCase(200, false)]
    [TestCase(1_000_000, false)]
    public void NestingIsAllowedAsDeepAsTheReferenceAllowsIt(int arrays, bool allowed)
    {
        string nested = new string('[', arrays) + new string(']', arrays);
        byte[] file = RawFile.With($$"""{"a":{"dtype":"U8","shape":[],"data_offsets":[0,1],"x":{{nested}}} }""", 1);

        Assert.That(() => Parse(file), allowed ? Throws.Nothing : Throws.TypeOf<SafetensorsFormatException>());
    }

    [Test]
    public void FileShorterThanTheLengthFieldIsRefused()
        => Assert.That(ErrorOf(new byte[7]), Is.EqualTo(SafetensorsError.HeaderTooSmall));

    [TestCase(100_000_001UL)]
    [TestCase(ulong.MaxValue)]
    [TestCase(1UL << 63)]
    public void HeaderThatClaimsMoreThanTheLimitIsRefused(ulong claimed)
        => Assert.That(ErrorOf(RawFile.WithLength(claimed, [], 64)), Is.EqualTo(SafetensorsError.HeaderTooLarge));

    [TestCase(1UL)]
    [TestCase(60UL)]
    [TestCase(100_000_000UL)]
    public void HeaderThatClaimsToReachPastTheFileIsRefused(ulong claimed)
        => Assert.That(ErrorOf(RawFile.WithLength(claimed, [], 0)), Is.EqualTo(SafetensorsError.InvalidHeaderLength));

    [Test]
    public void HeaderThatIsNotUtf8IsRefused()
        => Assert.That(ErrorOf(RawFile.With([(byte)'{', 0xFF, (byte)'}'], 0)), Is.EqualTo(SafetensorsError.InvalidHeader));

    [Test]
    public void TensorsThatShareOneRangeAreRefused()
    {
        IEnumerable<string> tensors = Enumerable.Range(0, 10)
            .Select(i => $$"""
                "weight_{{i}}":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}
                """.Trim());

        Assert.That(ErrorOf(RawFile.With($"{{{string.Join(',', tensors)}}}", 16)), Is.EqualTo(SafetensorsError.InvalidOffset));
    }

    [TestCase(14)]
    [TestCase(15)]
    [TestCase(17)]
    [TestCase(1000)]
    public void DataOfAnotherLengthThanTheTensorsIsRefused(int bytes)
        => Assert.That(ErrorOf(RawFile.With(TwoByTwo, bytes)), Is.EqualTo(SafetensorsError.MetadataIncompleteBuffer));

    [TestCase("[2,2]", "[0,20]", SafetensorsError.TensorInvalidInfo)]
    [TestCase("[2,2]", "[4,20]", SafetensorsError.InvalidOffset)]
    [TestCase("[2,2]", "[16,0]", SafetensorsError.InvalidOffset)]
    [TestCase("[2,18446744073709551614]", "[0,16]", SafetensorsError.ValidationOverflow)]
    [TestCase("[2,9223372036854775807]", "[0,16]", SafetensorsError.ValidationOverflow)]
    [TestCase("[18446744073709551615,18446744073709551615,0]", "[0,0]", SafetensorsError.ValidationOverflow)]
    public void ImpossibleSizeIsRefusedWithTheTensorsName(string shape, string offsets, SafetensorsError error)
    {
        byte[] file = RawFile.With($$"""{"layer.7":{"dtype":"I32","shape":{{shape}},"data_offsets":{{offsets}} } }""", 20);

        SafetensorsFormatException e = Refused(file);
        Assert.That((e.Error, e.TensorName, e.FilePath), Is.EqualTo((error, "layer.7", "x.safetensors")));
        Assert.That(e.Message, Does.Contain("x.safetensors").And.Contain("layer.7"));
    }

    [TestCase("[4,0]", "end before they begin")]
    [TestCase("[18446744073709551615,0]", "end before they begin")]
    [TestCase("[1,5]", "do not start where the tensor before it ends (0)")]
    public void OffsetsOutOfPlaceSayHow(string offsets, string problem)
    {
        byte[] file = RawFile.With($$"""{"a":{"dtype":"U8","shape":[4],"data_offsets":{{offsets}} } }""", 4);

        Assert.That(Refused(file).Message, Does.Contain(problem).And.Contain("download it again"));
    }

    [Test]
    public void AMillionDimensionsDoNotFloodTheMessage()
    {
        string shape = string.Join(',', Enumerable.Repeat(1, 1_000_000));
        byte[] file = RawFile.With($$"""{"a":{"dtype":"U8","shape":[{{shape}}],"data_offsets":[0,4]} }""", 4);

        SafetensorsFormatException e = Refused(file);
        Assert.That(e.Error, Is.EqualTo(SafetensorsError.TensorInvalidInfo));
        Assert.That(e.Message, Has.Length.LessThan(300).And.Contains("1000000 dimensions"));
    }

    [Test]
    public void ElementsThatEndInsideAByteAreRefused()
        => Assert.That(
            ErrorOf(RawFile.With("""{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,2]}}""", 2)), Is.EqualTo(SafetensorsError.MisalignedSlice));

    [Test]
    public void OffsetsPastFourGigabytesAreExact()
    {
        const long First = 5_000_000_001;
        const long Second = 1L << 55;
        byte[] start = RawFile.With(
            $$"""{"a":{"dtype":"U8","shape":[{{First}}],"data_offsets":[0,{{First}}]},"b":{"dtype":"BF16","shape":[2,{{Second / 4}}],"data_offsets":[{{First}},{{First + Second}}]} }""", 0);

        SafetensorsHeader header = SafetensorsHeader.Parse(start, start.Length + First + Second, "x.safetensors");

        Assert.That((header.Tensors["b"].Offset, header.Tensors["b"].Bytes), Is.EqualTo((First, Second)));
    }

    [Test]
    public void AHundredThousandTensorsOnOneRangeAreRefusedAtOnce()
    {
        IEnumerable<string> tensors = Enumerable.Range(0, 100_000).Select(i => $$"""
            "{{i}}":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}
            """.Trim());

        Assert.That(ErrorOf(RawFile.With($"{{{string.Join(',', tensors)}}}", 4)), Is.EqualTo(SafetensorsError.InvalidOffset));
    }

    private static SafetensorsHeader Parse(byte[] file) => SafetensorsHeader.Parse(file, file.Length, "x.safetensors");

    private static SafetensorsFormatException Refused(byte[] file) => Assert.Throws<SafetensorsFormatException>(() => Parse(file))!;

    private static SafetensorsError ErrorOf(byte[] file) => Refused(file).Error;
}
