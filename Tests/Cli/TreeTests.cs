using System.Text.RegularExpressions;
using System.Xml.Linq;
using NUnit.Framework;

namespace SpecExecNative.Tests.Cli;

public sealed partial class TreeTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private static readonly string[] Arguments =
        ["-p", "In the beginning God", "-n", "40", "--seed", "7", "--draft-temp", "0.6"];

    private static readonly string[] Third = ["tree", .. Arguments, "--tree-budget", "40", "--iteration", "3"];

    [Test]
    public async Task TextShowsEveryNodeWithItsProbabilities()
    {
        string[] lines = (await CliRun.RunAsync(Third)).Output.TrimEnd('\n').Split('\n');
        Match title = Title().Match(lines[0]);
        Assert.That(title.Success, Is.True, lines[0]);
        int accepted = int.Parse(title.Groups["accepted"].Value);
        Assert.That(title.Groups["nodes"].Value, Is.EqualTo("40"));

        Match[] nodes = [.. lines.Skip(4).Select(line => NodeLine().Match(line))];
        Assert.That(nodes.Where(n => !n.Success), Is.Empty);
        Assert.That(nodes.Count(n => n.Groups["edge"].Success), Is.EqualTo(40), "the guesses; the token drawn after them has no probability");
        Assert.That(nodes.Count(n => n.Groups["mark"].Value == "●"), Is.EqualTo(accepted));
        Assert.That(nodes.Count(n => n.Groups["mark"].Value == "◆"), Is.EqualTo(1));
        foreach (Match node in nodes.Where(n => n.Groups["edge"].Success))
        {
            double edge = double.Parse(node.Groups["edge"].Value);
            double path = double.Parse(node.Groups["path"].Value);
            Assert.That(path, Is.LessThanOrEqualTo(edge).And.GreaterThan(0));
        }
    }

    [Test]
    public async Task AcceptedPathIsWhatGenerateWrites()
    {
        string drawing = (await CliRun.RunAsync(["tree", .. Arguments, "--tree-budget", "40"])).Output;
        string text = (await CliRun.RunAsync(["generate", .. Arguments])).Output;
        string path = string.Concat(Taken().Matches(drawing).Select(m => m.Groups["text"].Value.Replace("\\n", "\n", StringComparison.Ordinal)));
        Assert.That(path, Is.Not.Empty);
        Assert.That(text, Does.StartWith(path));
    }

    [Test]
    public async Task PathIsPaintedOnATerminal()
    {
        CliResult result = await CliRun.RunWithAsync(host => host with { IsOutputTerminal = true }, Third);
        Assert.That(result.Output, Does.Contain("\u001b[1;32m● ").And.Contain("\u001b[1;32m◆ "));
    }

    [Test]
    public async Task FewerNodesKeepTheAcceptedPathAndSayWhatIsMissing()
    {
        string all = (await CliRun.RunAsync(Third)).Output;
        string few = (await CliRun.RunAsync([.. Third, "--max-nodes", "2"])).Output;
        Assert.That(few.Count(c => c == '●'), Is.EqualTo(all.Count(c => c == '●')));
        Assert.That(few.Count(c => c == '○'), Is.LessThanOrEqualTo(1 + 2));
        Assert.That(few, Does.Match("… [0-9]+ more"));
    }

    [Test]
    public async Task ChainIsATreeOfOneBranch()
    {
        string[] lines = (await CliRun.RunAsync(["tree", .. Arguments, "--method", "chain", "--tree-budget", "5"])).Output.TrimEnd('\n').Split('\n');
        Assert.That(lines[0], Does.Contain("5 nodes, depth 5, 5 draft steps"));
    }

    [Test]
    public async Task SvgIsXmlWithoutOverlaps()
    {
        CliResult result = await CliRun.RunAsync([.. Third, "--svg", "-"]);
        XElement svg = XDocument.Parse(result.Output).Root!;
        Assert.That(svg.Name, Is.EqualTo(Svg + "svg"));
        XElement[] boxes = [.. svg.Elements(Svg + "g").Elements(Svg + "rect")];
        Assert.That(boxes, Has.Length.EqualTo(1 + 40 + 1), "root, guesses, and the token drawn");
        Assert.That(svg.Elements(Svg + "path").Count(), Is.EqualTo(boxes.Length - 1));

        (double Left, double Top, double Right, double Bottom)[] areas =
        [
            .. boxes.Select(b => (Left: Number(b, "x"), Top: Number(b, "y"), Width: Number(b, "width"), Height: Number(b, "height")))
                .Select(b => (b.Left, b.Top, b.Left + b.Width, b.Top + b.Height)),
        ];
        double width = Number(svg, "width");
        double height = Number(svg, "height");
        for (int i = 0; i < areas.Length; i++)
        {
            Assert.That(areas[i].Left >= 0 && areas[i].Top >= 0 && areas[i].Right <= width && areas[i].Bottom <= height, Is.True);
            for (int j = 0; j < i; j++)
            {
                bool apart = areas[i].Right <= areas[j].Left || areas[j].Right <= areas[i].Left
                    || areas[i].Bottom <= areas[j].Top || areas[j].Bottom <= areas[i].Top;
                Assert.That(apart, Is.True, $"boxes {j} and {i}");
            }
        }
    }

    [Test]
    public async Task DotIsBalancedAndEveryEdgeHasItsNodes()
    {
        string dot = (await CliRun.RunAsync([.. Third, "--dot", "-"])).Output;
        string structure = QuotedString().Replace(dot, "\"\"");
        Assert.That(structure, Does.StartWith("digraph specexec {").And.EndsWith("}\n"));
        Assert.That(structure.Replace("\"\"", "", StringComparison.Ordinal), Does.Not.Contain('"'), "every quote is closed");
        Assert.That(structure.Count(c => c == '['), Is.EqualTo(structure.Count(c => c == ']')));
        var nodes = DotNode().Matches(structure).Select(m => m.Groups[1].Value).ToHashSet();
        (string From, string To)[] edges = [.. DotEdge().Matches(structure).Select(m => (m.Groups[1].Value, m.Groups[2].Value))];
        Assert.That(nodes, Has.Count.EqualTo(42));
        Assert.That(edges, Has.Length.EqualTo(41));
        Assert.That(edges.Select(e => e.To), Is.Unique);
        Assert.That(edges.SelectMany(e => (string[])[e.From, e.To]).Distinct(), Is.SubsetOf(nodes));
    }

    [Test]
    public async Task FilesComeBesideTheText()
    {
        string folder = Directory.CreateTempSubdirectory("specexec-tree-").FullName;
        try
        {
            string svg = Path.Combine(folder, "tree.svg");
            string dot = Path.Combine(folder, "tree.dot");
            CliResult result = await CliRun.RunAsync([.. Third, "--svg", svg, "--dot", dot]);
            Assert.That(result.Code, Is.Zero);
            Assert.That(result.Output, Does.StartWith("iteration 3:"));
            Assert.That(result.Error, Does.Contain(svg).And.Contain(dot));
            Assert.That(XDocument.Load(svg).Root!.Name, Is.EqualTo(Svg + "svg"));
            Assert.That(await File.ReadAllTextAsync(dot), Does.StartWith("digraph"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double Number(XElement element, string attribute) => double.Parse(element.Attribute(attribute)!.Value);

    [GeneratedRegex(@"^iteration 3: (?<nodes>\d+) nodes, depth \d+, \d+ draft steps, (?<accepted>\d+) accepted$")]
    private static partial Regex Title();

    [GeneratedRegex(@"^(?:(?<edge>\d\.\d{4})  (?<path>\d\.\d{4})|              )  [│├└─ ]+(?<mark>[●◆○]) .+$")]
    private static partial Regex NodeLine();

    [GeneratedRegex("""[●◆] "(?<text>.*)"$""", RegexOptions.Multiline)]
    private static partial Regex Taken();

    [GeneratedRegex("""
        "(?:[^"\\]|\\.)*"
        """)]
    private static partial Regex QuotedString();

    [GeneratedRegex(@"^  (n\d+) \[", RegexOptions.Multiline)]
    private static partial Regex DotNode();

    [GeneratedRegex(@"^  (n\d+) -> (n\d+) \[", RegexOptions.Multiline)]
    private static partial Regex DotEdge();
}
