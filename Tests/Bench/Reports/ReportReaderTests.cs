using NUnit.Framework;
using SpecExecNative.Bench.Reports;
using SpecExecNative.Tests.Loaders;

namespace SpecExecNative.Tests.Bench.Reports;

/// <summary>Files that are no reports, or were: each is refused by a <see cref="ReportFormatException"/> that says where.</summary>
public sealed class ReportReaderTests
{
    private const string Head = """{"schema":"specexec-bench/1","command":"cpu","settings":{},"plan":["a","b"]""";
    private const string Run = """{"shard":"1/1","environment":{},"rows":[]}""";

    [TestCase("", "", TestName = "EmptyFile")]
    [TestCase("[]", "", TestName = "AnArray")]
    [TestCase("""{"title":"cpu","machine":"x","runtime":"10","measurements":[]}""", "", TestName = "TheFormBeforeTheFirstVersion")]
    [TestCase("""{"schema":"specexec-bench/2","command":"cpu"}""", "schema", TestName = "AVersionThatIsNotKnown")]
    [TestCase("""{"schema":1}""", "schema", TestName = "AVersionThatIsNoText")]
    [TestCase("""{"schema":"specexec-bench/1","schema":"specexec-bench/1"}""", "", TestName = "AMemberTwice")]
    [TestCase("""{"schema":"specexec-bench/1","command":"c","settings":{},"plan":["a","a"],"runs":[],"cases":[]}""", "plan", TestName = "TwoCasesOfOneName")]
    [TestCase("""{"schema":"specexec-bench/1","command":"c","settings":{"x":1},"plan":[],"runs":[],"cases":[]}""", "settings.x", TestName = "ASettingThatIsNoText")]
    [TestCase("""{"schema":"specexec-bench/1","command":"\ud800","settings":{},"plan":[],"runs":[],"cases":[]}""", "command", TestName = "HalfASurrogatePair")]
    [TestCase("""{"schema":"specexec-bench/1","command":"\u001b[2J","settings":{},"plan":[],"runs":[],"cases":[]}""", "command", TestName = "AnEscapeSequence")]
    public void IsRefusedAsAWhole(string text, string field) => Refuses(text, field);

    [TestCase("""{"shard":"3/2","environment":{},"rows":[]}""", "runs[0].shard")]
    [TestCase("""{"shard":"1/1","environment":[],"rows":[]}""", "runs[0].environment")]
    [TestCase("""{"shard":"1/1","started":"yesterday","environment":{},"rows":[]}""", "runs[0].started")]
    [TestCase("""{"shard":"1/1","environment":{}}""", "runs[0]")]
    public void ARunIsRefused(string run, string field) => Refuses($$"""{{Head}},"runs":[{{run}}],"cases":[]}""", field);

    [TestCase("""{"name":"a","run":1,"rows":[]}""", "cases[0].run", TestName = "ACaseOfARunThatIsNotThere")]
    [TestCase("""{"name":"a","run":-1,"rows":[]}""", "cases[0].run", TestName = "ANegativeRun")]
    [TestCase("""{"name":"c","run":0,"rows":[]}""", "cases[0].name", TestName = "ACaseThatWasNotPlanned")]
    [TestCase("""{"name":"a","run":0,"rows":[]},{"name":"a","run":0,"rows":[]}""", "cases[1].name", TestName = "ACaseTwice")]
    [TestCase("""{"name":"a","run":0,"rows":[{"table":"t","parameters":{},"figures":[]}]}""", "cases[0].rows[0].figures", TestName = "ARowWithoutFigures")]
    [TestCase("""{"name":"a","run":0,"rows":[{"table":"","parameters":{},"figures":[{"name":"f","value":1,"unit":"","origin":"measured"}]}]}""", "cases[0].rows[0].table", TestName = "ATableWithoutName")]
    public void ACaseIsRefused(string cases, string field) => Refuses($$"""{{Head}},"runs":[{{Run}}],"cases":[{{cases}}]}""", field);

    [TestCase("""{"name":"f","unit":"","origin":"measured"}""", "")]
    [TestCase("""{"name":"f","value":"1","unit":"","origin":"measured"}""", ".value")]
    [TestCase("""{"name":"f","value":1e999,"unit":"","origin":"measured"}""", ".value")]
    [TestCase("""{"name":"f","value":1,"unit":"","origin":"guessed"}""", ".origin")]
    [TestCase("""{"name":"f","value":1,"unit":"","origin":"measured","samples":0}""", ".samples")]
    [TestCase("""{"name":"f","value":1,"unit":"","origin":"measured","samples":1.5}""", ".samples")]
    [TestCase("""{"name":"f","value":1,"unit":"","origin":"measured","p95":[]}""", ".p95")]
    [TestCase("""{"name":"f","value":1,"unit":"","origin":"measured","references":[{"name":"r","origin":"measured"}]}""", ".references[0]")]
    public void AFigureIsRefused(string figure, string field) => Refuses(
        $$"""{{Head}},"runs":[{{Run}}],"cases":[{"name":"a","run":0,"rows":[{"table":"t","parameters":{},"figures":[{{figure}}]}]}]}""",
        "cases[0].rows[0].figures[0]" + field);

    [Test]
    public void MembersThatALaterProgramMightAddArePassedOver()
    {
        Report report = ReportReader.Read($$"""{{Head}},"later":{"x":[1]},"runs":[{{Run}}],"cases":[]}""", ReportFormat.Json, "file.json");
        Assert.That(report.MissingCases, Is.EqualTo(new[] { "a", "b" }));
    }

    [TestCase("0,a,t,f,1,,measured\n", "line 4", TestName = "TooFewFields")]
    [TestCase("0,a,t,f,1,,measured,,,,,\"open\n", "line 4", TestName = "AQuotationWithoutEnd")]
    [TestCase("0,a,t,f,1,,measured,,,,,\"x\"y\n", "line 4", TestName = "SomethingBehindAQuotation")]
    [TestCase("1,a,t,f,1,,measured,,,,\n", "line 4, column \"run\"", TestName = "ARunThatIsNotThere")]
    [TestCase("0,z,t,f,1,,measured,,,,\n", "line 4, column \"case\"", TestName = "ACaseThatIsNotThere")]
    [TestCase("0,,t,f,nan,,measured,,,,\n", "line 4, column \"value\"", TestName = "NotANumber")]
    [TestCase("0,,t,f,1,,measured,,2.5,,\n", "line 4, column \"samples\"", TestName = "PartOfASample")]
    public void ACsvIsRefused(string line, string field)
    {
        string text = $"# {Head}}}\n# {{\"run\":{Run}}}\nrun,case,table,figure,value,unit,origin,p95,samples,baseline,ratio to baseline\n{line}";
        Assert.That(
            () => ReportReader.Read(text, ReportFormat.Csv, "file.csv"), Throws.TypeOf<ReportFormatException>().With.Property(nameof(ReportFormatException.Field)).EqualTo(field));
    }

    [Test]
    public void DamageIsNeverMoreThanAFormatError([Values("json", "jsonl", "csv")] string name)
    {
        ReportFormat format = ReportFormats.Parse(name)!.Value;
        string whole = ReportFormats.Write(SampleReports.Full, format);
        var random = new Random(7);
        for (int i = 0; i < 3000; i++)
        {
            char[] damaged = whole.ToCharArray()[..(random.Next(2) == 0 ? whole.Length : random.Next(whole.Length))];
            for (int hits = random.Next(4); hits > 0 && damaged.Length > 0; hits--)
            {
                damaged[random.Next(damaged.Length)] = "{}[]\",:0\n\\#e-\u0001"[random.Next(14)];
            }

            string text = new(damaged);
            try
            {
                ReportReader.Read(text, format, "file");
            }
            catch (ReportFormatException)
            {
                // As promised.
            }
            catch (Exception e)
            {
                Assert.Fail($"{e.GetType().Name}: {e.Message}\n{text}");
            }
        }
    }

    [Test]
    public void AFileThatIsNotThereOrIsNoTextIsRefused()
    {
        using var folder = new TemporaryDirectory();
        string binary = Path.Combine(folder.Path, "binary.json");
        File.WriteAllBytes(binary, [0x7B, 0xC3, 0x28]);
        Assert.Multiple(() =>
        {
            Assert.That(() => ReportReader.Read(Path.Combine(folder.Path, "none.json")), Throws.TypeOf<ReportFormatException>());
            Assert.That(() => ReportReader.Read(binary), Throws.TypeOf<ReportFormatException>().With.Message.Contains("UTF-8"));
            Assert.That(() => ReportReader.Read(Path.Combine(folder.Path, "report.md")), Throws.TypeOf<ReportFormatException>().With.Message.Contains(".json"));
        });
    }

    private static void Refuses(string text, string field) => Assert.That(
        () => ReportReader.Read(text, ReportFormat.Json, "file.json"),
        Throws.TypeOf<ReportFormatException>().With.Property(nameof(ReportFormatException.Field)).EqualTo(field).And.Message.StartsWith("file.json"));
}
