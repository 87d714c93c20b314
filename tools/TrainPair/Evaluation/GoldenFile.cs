using System.Text.Json;
using SpecExecNative.TrainPair.Model;
using SpecExecNative.TrainPair.Storage;
using SpecExecNative.TrainPair.Tokenizer;
using static TorchSharp.torch;

namespace SpecExecNative.TrainPair.Evaluation;

/// <summary>
/// golden.json: what libtorch computes for the pair in float32, for the engine to be held against. Per model and prompt:
/// ids, 64 greedy tokens, the first step's logits [vocabulary], each step's largest logit and its lead over the second,
/// and the prompt's mean loss; besides, encodings of awkward strings.
/// </summary>
internal static class GoldenFile
{
    /// <summary>What decides the file's content, besides the models.</summary>
    public const string Description = "10 prompts, 64 greedy tokens, 1 thread";

    private const int Steps = 64;
    private const int HeldOutPromptCount = 4;
    private const int HeldOutPromptTokens = 64;

    private static readonly string[] Prompts =
    [
        "In the beginning God created the heaven and the earth.",
        "And it came to pass",
        "Genesis 11\n",
        "The LORD is my shepherd; I shall not want.",
        "Blessed are the",
        "Psalms 23\nA Psalm of David. ",
    ];

    private static readonly string[] AwkwardTexts =
    [
        "",
        " ",
        "Hello, world!",
        "  two  spaces\n\n newline\t tab ",
        "It's 1234567 o'clock; we'll go, they'd've",
        "naïve café — Ünïcödé 漢字 🙂",
        "<s> not special",
        "Mahershalalhashbaz",
    ];

    /// <param name="path">The file to write.</param>
    /// <param name="pair">Folder with the models <c>target</c> and <c>draft</c>.</param>
    /// <param name="heldOut">Held-out chapters; the last four prompts come from them.</param>
    public static void Write(string path, string pair, IReadOnlyList<string> heldOut)
    {
        int threads = get_num_threads();
        set_num_threads(1); // The last bits of float32 sums may depend on how they are shared out.
        BpeTokenizer tokenizer = new(TokenizerFiles.Read(Path.Combine(pair, "target")));
        string[] prompts =
        [
            .. Prompts,
            .. HeldOutPrompts.Cut(heldOut, tokenizer, HeldOutPromptCount, HeldOutPromptTokens).Select(ids => tokenizer.Decode(ids.Skip(1))),
        ];
        JsonFile.Write(path, indented: false, json =>
        {
            json.WriteStartObject();
            foreach (string name in (string[])["target", "draft"])
            {
                WriteModel(json, name, Llama.Load(Path.Combine(pair, name)), prompts, tokenizer);
            }

            WriteTokenizer(json, tokenizer);
            WriteInfo(json);
            json.WriteEndObject();
        });
        set_num_threads(threads);
        Console.Error.WriteLine($"{path}: {new FileInfo(path).Length} bytes");
    }

    private static void WriteModel(Utf8JsonWriter json, string name, Llama model, string[] prompts, BpeTokenizer tokenizer)
    {
        json.WriteStartArray(name);
        foreach (string prompt in prompts)
        {
            WriteRun(json, prompt, GreedyRun.Of(model, [BpeVocabulary.BeginOfText, .. tokenizer.Encode(prompt)], Steps), tokenizer);
        }

        json.WriteEndArray();
    }

    private static void WriteRun(Utf8JsonWriter json, string prompt, GreedyRun run, BpeTokenizer tokenizer)
    {
        List<int> greedy = run.Ids[run.PromptLength..];
        json.WriteStartObject();
        json.WriteString("prompt", prompt);
        WriteNumbers(json, "prompt_ids", run.Ids[..run.PromptLength], json.WriteNumberValue);
        WriteNumbers(json, "greedy_ids", greedy, json.WriteNumberValue);
        json.WriteString("greedy_text", tokenizer.Decode(greedy));
        json.WriteNumber("min_top1_top2_gap", (double)run.Gaps.Min());
        WriteNumbers(json, "step_gaps", run.Gaps, gap => json.WriteNumberValue(Math.Round((double)gap, 6)));
        WriteNumbers(json, "step_top_logits", run.TopLogits, json.WriteNumberValue);
        json.WriteNumber("prompt_mean_nll", (double)run.PromptLoss);
        WriteNumbers(json, "first_step_logits", run.FirstLogits, json.WriteNumberValue);
        json.WriteEndObject();
    }

    private static void WriteTokenizer(Utf8JsonWriter json, BpeTokenizer tokenizer)
    {
        json.WriteStartArray("tokenizer");
        foreach (string text in (string[])[.. AwkwardTexts, .. Prompts])
        {
            List<int> ids = tokenizer.Encode(text);
            json.WriteStartObject();
            json.WriteString("text", text);
            WriteNumbers(json, "ids", ids, json.WriteNumberValue);
            json.WriteString("decoded", tokenizer.Decode(ids));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteInfo(Utf8JsonWriter json)
    {
        json.WriteStartObject("info");
        json.WriteString(
            "by",
            "TorchSharp 0.107.0 / libtorch 2.10.0 CPU, float32 activations, weights as stored in model.safetensors, 1 thread, no KV cache");
        json.WriteBoolean("bos_prepended", true);
        json.WriteString("note", "greedy ignores eos");
        json.WriteEndObject();
    }

    private static void WriteNumbers<T>(Utf8JsonWriter json, string name, IEnumerable<T> numbers, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (T number in numbers)
        {
            write(number);
        }

        json.WriteEndArray();
    }
}
