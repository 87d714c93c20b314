using NUnit.Framework;

namespace SpecExecNative.Tests.Oracles.SelfTests;

public sealed class OracleTensorsTests
{
    // Each value and what it becomes in the 8 significant bits of bfloat16 and the 11 of binary16; ties go to even.
    private static readonly double[] Values = [1, 1 + (1.0 / 256), 1 + (3.0 / 256), -2.5, 0, 1 + (1.0 / 2048), 1 + (3.0 / 2048)];
    private static readonly double[] AsBFloat16 = [1, 1, 1 + (4.0 / 256), -2.5, 0, 1, 1];
    private static readonly double[] AsHalf = [1, 1 + (1.0 / 256), 1 + (3.0 / 256), -2.5, 0, 1, 1 + (4.0 / 2048)];

    [TestCase(OracleDType.F32)]
    [TestCase(OracleDType.F16)]
    [TestCase(OracleDType.BF16)]
    public void WhatIsWrittenReadsBackRoundedToTheType(OracleDType type)
    {
        string path = Path.GetTempFileName();
        try
        {
            OracleTensors.Write(path, [("odd", [1], [0.5]), ("values", [Values.Length], Values)], type);
            Dictionary<string, double[]> read = OracleTensors.Read(path);
            Assert.That(read["odd"], Is.EqualTo(new[] { 0.5 }));
            Assert.That(read["values"], Is.EqualTo(type switch
            {
                OracleDType.F16 => AsHalf,
                OracleDType.BF16 => AsBFloat16,
                _ => Values,
            }));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestCase("models/stories260K-f16", 5e-4)]
    [TestCase("models/stories260K-bf16", 4e-3)]
    public void FilesOfAnotherWriterReadAsTheirFloat32OriginalToHalfAUnit(string rounded, double relativeUnit)
    {
        Dictionary<string, double[]> exact = OracleTensors.Read(TestData.Shared("models/stories260K/model.safetensors"));
        Dictionary<string, double[]> actual = OracleTensors.Read(TestData.Shared(rounded + "/model.safetensors"));
        Assert.That(actual.Keys, Is.EquivalentTo(exact.Keys));
        foreach ((string name, double[] values) in exact)
        {
            Assert.That(
                values.Zip(actual[name], (x, y) => Math.Abs(x - y) <= (relativeUnit * Math.Abs(x)) + 1e-7), Is.All.True, name);
        }
    }
}
