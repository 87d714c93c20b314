namespace SpecExecNative.Loaders.Tokenization.Tiktoken;

/// <summary>What a tiktoken rank file leaves unsaid, for the families that publish such files, told apart by the number of ranks.</summary>
/// <param name="Ranks">Tokens in the rank file.</param>
/// <param name="Pattern">Cuts the text into pieces.</param>
/// <param name="ComposesCharacters">The text is brought to NFC first.</param>
/// <param name="BeginsWithFirstSpecial">The first special token opens a sequence.</param>
/// <param name="SpecialTokens">Their texts; ids follow the ranks.</param>
internal sealed record TiktokenFamily(
    int Ranks, string Pattern, bool ComposesCharacters, bool BeginsWithFirstSpecial, IReadOnlyList<string> SpecialTokens)
{
    /// <summary>The pattern of Qwen's code; Llama 3's differs in taking up to three digits at once.</summary>
    public const string QwenPattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private static readonly TiktokenFamily Llama3 = new(
        128000, QwenPattern.Replace(@"|\p{N}|", @"|\p{N}{1,3}|", StringComparison.Ordinal), false, true, Llama3SpecialTokens());

    private static readonly TiktokenFamily Qwen = new(
        151643, QwenPattern, true, false, ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]);

    /// <returns>Null if no family is known with so many ranks.</returns>
    public static TiktokenFamily? Find(int ranks) => ranks == Llama3.Ranks ? Llama3 : ranks == Qwen.Ranks ? Qwen : null;

    /// <summary>256 of them, as in Meta's own tokenizer.py of Llama 3.</summary>
    private static List<string> Llama3SpecialTokens()
    {
        List<string> texts =
        [
            "<|begin_of_text|>", "<|end_of_text|>", "<|reserved_special_token_0|>", "<|reserved_special_token_1|>",
            "<|reserved_special_token_2|>", "<|reserved_special_token_3|>", "<|start_header_id|>", "<|end_header_id|>",
            "<|reserved_special_token_4|>", "<|eot_id|>",
        ];
        texts.AddRange(Enumerable.Range(5, 246).Select(i => $"<|reserved_special_token_{i}|>"));
        return texts;
    }
}
