using System.Text.Json.Nodes;

namespace SpecExecNative.Tests.Cli;

/// <summary>A copy of a model directory that a test may spoil.</summary>
internal sealed class ModelCopy : IDisposable
{
    private ModelCopy(string path) => Path = path;

    public string Path { get; }

    public static string DemoTarget { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "demo-pair", "target");

    public static string DemoDraft { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "demo-pair", "draft");

    public static ModelCopy Of(string directory)
    {
        string copy = Directory.CreateTempSubdirectory("specexec-model-").FullName;
        foreach (string file in Directory.EnumerateFiles(directory))
        {
            File.Copy(file, System.IO.Path.Combine(copy, System.IO.Path.GetFileName(file)));
        }

        return new ModelCopy(copy);
    }

    public string Inside(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Changes one of its JSON files.</summary>
    public ModelCopy Edit(string file, Action<JsonObject> change)
    {
        JsonObject json = JsonNode.Parse(File.ReadAllText(Inside(file)))!.AsObject();
        change(json);
        File.WriteAllText(Inside(file), json.ToJsonString());
        return this;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
