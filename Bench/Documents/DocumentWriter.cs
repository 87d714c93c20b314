using System.Text;
using System.Text.RegularExpressions;
using SpecExecNative.Bench.Reports;

namespace SpecExecNative.Bench.Documents;

/// <summary>Puts tables into a document, each between the comment that asks for it and the one that ends it.</summary>
internal static partial class DocumentWriter
{
    /// <summary>The document as it should be.</summary>
    /// <param name="path">The document.</param>
    /// <exception cref="BenchException">A request makes no sense, or its report is missing.</exception>
    /// <exception cref="ReportFormatException">A report is damaged.</exception>
    public static string Update(string path)
    {
        string text = File.ReadAllText(path);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (Opening().Count(text) != Block().Count(text))
        {
            throw new BenchException($"{Path.GetFileName(path)}: a table is not ended by <!-- /table -->.");
        }

        return Block().Replace(text, block =>
        {
            TableRequest request = TableRequest.Parse(block.Groups["request"].Value, Path.GetFileName(path));
            string file = Path.Combine(folder, request.File);
            if (!File.Exists(file))
            {
                throw new BenchException($"{Path.GetFileName(path)}: there is no report {request.File}.");
            }

            return new StringBuilder(block.Groups["opening"].Value).Append("\n\n").Append(DocumentTable.Write(request, ReportReader.Read(file))).Append("\n<!-- /table -->").ToString();
        });
    }

    [GeneratedRegex(@"(?<opening><!-- table (?<request>\{.*?\}) -->).*?<!-- /table -->", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"<!-- table \{")]
    private static partial Regex Opening();
}
