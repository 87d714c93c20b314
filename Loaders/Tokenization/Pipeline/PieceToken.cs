namespace SpecExecNative.Loaders.Tokenization.Pipeline;

/// <summary>A token of a piece, and the UTF-16 units [Start, End) of the piece that it covers, at least in part.</summary>
internal readonly record struct PieceToken(int Id, int Start, int End);
