using SpecExecNative.Bench.Reports;

namespace SpecExecNative.Bench.Pictures;

/// <summary>A kind of picture. It knows the tables that it is drawn from, whichever subcommand's report they are in.</summary>
internal interface IPicture
{
    /// <summary>A drawing for each set of rows that belongs into one; none: the report has no such table.</summary>
    IEnumerable<Drawing> Draw(Report report);
}
