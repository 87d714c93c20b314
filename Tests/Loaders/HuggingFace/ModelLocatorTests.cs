using NUnit.Framework;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Tests.Loaders.HuggingFace;

public sealed class ModelLocatorTests
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void SetUp() => _directory = new TemporaryDirectory();

    [TearDown]
    public void TearDown() => _directory.Dispose();

    [Test]
    public void DirectoryIsItself()
        => Assert.That(ModelLocator.Resolve(_directory.Path + Path.DirectorySeparatorChar), Does.StartWith(_directory.Path));

    [TestCase("HF_HUB_CACHE", "")]
    [TestCase("HUGGINGFACE_HUB_CACHE", "")]
    [TestCase("HF_HOME", "hub")]
    [TestCase("XDG_CACHE_HOME", "huggingface/hub")]
    [TestCase("HOME", ".cache/huggingface/hub")]
    public void RepositoryIsFoundWhereTheHubsClientKeepsIt(string variable, string below)
    {
        string snapshot = AddToCache(_directory[below], "org/some-model_1.0");

        Assert.That(Resolve("org/some-model_1.0", (variable, _directory.Path)), Is.EqualTo(snapshot));
    }

    [Test]
    public void RepositoryWithoutOrganisationIsFound()
    {
        string snapshot = AddToCache(_directory.Path, "gpt2");

        Assert.That(Resolve("gpt2", ("HF_HUB_CACHE", _directory.Path)), Is.EqualTo(snapshot));
    }

    [Test]
    public void MoreSpecificVariableComesFirst()
    {
        string snapshot = AddToCache(_directory["specific"], "org/name");
        AddToCache(_directory["general/hub"], "org/name");

        Assert.That(Resolve("org/name", ("HF_HUB_CACHE", _directory["specific"]), ("HF_HOME", _directory["general"])), Is.EqualTo(snapshot));
        Assert.That(Resolve("org/name", ("HF_HUB_CACHE", ""), ("HF_HOME", _directory["general"])), Does.StartWith(_directory["general"]));
    }

    [Test]
    public void TildeIsTheHomeDirectory()
    {
        string snapshot = AddToCache(_directory["models/hub"], "org/name");

        Assert.That(Resolve("org/name", ("HF_HOME", "~/models"), ("HOME", _directory.Path)), Is.EqualTo(snapshot));
    }

    [Test]
    public void MessageForAnAbsentRepositoryHasTheCommandThatDownloadsIt()
    {
        ModelNotFoundException e = NotFound("org/name");
        Assert.That(e.Message, Does.EndWith("hf download org/name").And.Contain(_directory.Path));
        Assert.That(e.NameOrPath, Is.EqualTo("org/name"));
    }

    [TestCase("./org/name")]
    [TestCase("/org/name")]
    [TestCase("../name")]
    [TestCase("org/../name")]
    [TestCase("a/b/c")]
    [TestCase("org/.name")]
    [TestCase("org/name\n")]
    public void WhatIsNoRepositoryIsNotLookedUp(string name) => Assert.That(NotFound(name).Message, Does.Not.Contain("hf download"));

    [Test]
    public void FileInPlaceOfADirectoryIsTold()
    {
        File.WriteAllText(_directory["model.gguf"], "x");

        Assert.That(NotFound(_directory["model.gguf"]).Message, Does.Contain("is a file"));
    }

    [TestCase("../../outside")]
    [TestCase("")]
    [TestCase("main")]
    [TestCase("fedcba9876543210")]
    public void ReferenceThatLeadsNowhereIsRefused(string reference)
    {
        string snapshot = AddToCache(_directory.Path, "org/name");
        Directory.CreateDirectory(_directory["outside"]);
        File.WriteAllText(Path.Combine(snapshot, "../../refs/main"), reference);

        Assert.That(NotFound("org/name").Message, Does.Contain("hf download org/name"));
    }

    [Test]
    public void CachedRepositoryWithoutMainIsTold()
    {
        string snapshot = AddToCache(_directory.Path, "org/name");
        File.Delete(Path.Combine(snapshot, "../../refs/main"));

        Assert.That(NotFound("org/name").Message, Does.Contain("main revision").And.Contain("snapshots"));
    }

    private static string AddToCache(string cache, string repository)
    {
        string home = Path.Combine(cache, $"models--{repository.Replace("/", "--")}");
        string snapshot = Path.Combine(home, "snapshots", Commit);
        Directory.CreateDirectory(snapshot);
        Directory.CreateDirectory(Path.Combine(home, "refs"));
        File.WriteAllText(Path.Combine(home, "refs", "main"), Commit);
        return snapshot;
    }

    private static string Resolve(string name, params (string Name, string Value)[] environment)
        => ModelLocator.Resolve(name, v => environment.FirstOrDefault(e => e.Name == v).Value);

    private ModelNotFoundException NotFound(string name)
        => Assert.Throws<ModelNotFoundException>(() => Resolve(name, ("HF_HUB_CACHE", _directory.Path)))!;
}
