using System.CommandLine;
using SpecExecNative.Bench.Running;

namespace SpecExecNative.Bench.Documents;

/// <summary><c>documents</c>: makes the tables of documents from the reports that they name, so that nobody copies figures by hand.</summary>
internal static class DocumentsCommand
{
    public static Command Create()
    {
        Argument<FileInfo[]> files = new("files") { Description = "Markdown files. Default: README.md and Bench/results/README.md.", DefaultValueFactory = _ => [new("README.md"), new(Path.Combine("Bench", "results", "README.md"))] };
        Option<bool> check = new("--check") { Description = "Change nothing; exit code 1 if something would be." };
        Command command = new("documents", "Make the tables of documents from reports: what stands between <!-- table {…} --> and <!-- /table -->.") { files, check };
        command.SetAction(result =>
        {
            TextWriter error = result.InvocationConfiguration.Error;
            bool isStale = false;
            foreach (FileInfo file in result.GetValue(files)!)
            {
                if (!file.Exists)
                {
                    throw new BenchException($"{file.Name}: there is no such file.");
                }

                string updated = DocumentWriter.Update(file.FullName);
                if (updated == File.ReadAllText(file.FullName))
                {
                    continue;
                }

                isStale = true;
                error.WriteLine(result.GetValue(check) ? $"{file.Name}: its tables are not those of the reports" : $"{file.Name}: tables made anew");
                if (!result.GetValue(check))
                {
                    WholeFile.Write(file.FullName, updated);
                }
            }

            return isStale && result.GetValue(check) ? BenchExitCode.Failed : BenchExitCode.Success;
        });
        return command;
    }
}
