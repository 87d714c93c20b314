using SpecExecNative.Bench.Html;
using SpecExecNative.Bench.Pictures;
using SpecExecNative.Bench.Reports;

namespace SpecExecNative.Bench.Running;

/// <summary>Where a report's pictures go.</summary>
/// <param name="Folder">Gets each as PNG and SVG; null: nowhere.</param>
/// <param name="Page">Gets them with the tables, in one file; null: none.</param>
internal sealed record PictureOutput(string? Folder, string? Page)
{
    /// <summary>Finds out now whether they can be written, before hours are spent on what they show.</summary>
    /// <exception cref="BenchException">They cannot.</exception>
    public void Prepare()
    {
        try
        {
            if (Folder is not null)
            {
                Directory.CreateDirectory(Folder);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BenchException("--plots: the folder is not there and cannot be made.", e);
        }

        if (Page is not null && !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(Page))))
        {
            throw new BenchException("--report: the file's folder is not there.");
        }
    }

    /// <summary>Draws, if anybody asked for it.</summary>
    public void Write(Report report, Action<string> note)
    {
        if (Folder is null && Page is null)
        {
            return;
        }

        IReadOnlyList<Drawing> drawings = PictureGallery.Draw(report, note);
        if (Page is not null)
        {
            WholeFile.Write(Page, HtmlReport.Write(report, drawings));
        }

        if (Folder is not null)
        {
            PictureGallery.Write(drawings, Folder);
        }
    }
}
