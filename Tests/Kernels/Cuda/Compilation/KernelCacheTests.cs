using NUnit.Framework;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Tests.Loaders;

namespace SpecExecNative.Tests.Kernels.Cuda.Compilation;

internal sealed class KernelCacheTests
{
    private static readonly string Key = new('a', 64);
    private static readonly string OtherKey = new('b', 64);

    [Test]
    public void WhatWasWrittenIsRead()
    {
        using TemporaryDirectory folder = new();
        CompiledKernel kernel = Random(1, usage: new KernelUsage(42, 8, 1024));
        new KernelCache(folder.Path).Write(Key, kernel);
        AssertSame(new KernelCache(folder.Path).TryRead(Key), kernel);
    }

    [Test]
    public void AKernelWithoutMachineCodeIsRead()
    {
        using TemporaryDirectory folder = new();
        CompiledKernel kernel = Random(2, usage: null) with { Cubin = Array.Empty<byte>() };
        KernelCache cache = new(folder.Path);
        cache.Write(Key, kernel);
        AssertSame(cache.TryRead(Key), kernel);
    }

    [Test]
    public void AnEntryOfAnotherKeyIsAbsent()
    {
        using TemporaryDirectory folder = new();
        KernelCache cache = new(folder.Path);
        cache.Write(Key, Random(3));
        File.Copy(EntryPath(folder, Key), EntryPath(folder, OtherKey));
        Assert.That(cache.TryRead(OtherKey), Is.Null, "a file that was renamed");
        Assert.That(cache.TryRead(new string('c', 64)), Is.Null, "no file");
    }

    [Test]
    public void NoDamagedByteGoesUnnoticed()
    {
        using TemporaryDirectory folder = new();
        KernelCache cache = new(folder.Path);
        cache.Write(Key, Random(4, bytes: 40));
        byte[] whole = File.ReadAllBytes(EntryPath(folder, Key));
        for (int i = 0; i < whole.Length; i++)
        {
            byte[] damaged = [.. whole];
            damaged[i] ^= 0x10;
            File.WriteAllBytes(EntryPath(folder, Key), damaged);
            Assert.That(cache.TryRead(Key), Is.Null, $"byte {i} of {whole.Length}");
        }
    }

    [Test]
    public void NoShortenedEntryIsTaken()
    {
        using TemporaryDirectory folder = new();
        KernelCache cache = new(folder.Path);
        cache.Write(Key, Random(5, bytes: 40));
        byte[] whole = File.ReadAllBytes(EntryPath(folder, Key));
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(EntryPath(folder, Key), whole[..length]);
            Assert.That(cache.TryRead(Key), Is.Null, $"{length} of {whole.Length} bytes");
        }
    }

    [Test]
    public void ManyWritersAndReadersOfOneKeySeeWholeEntriesOnly()
    {
        using TemporaryDirectory folder = new();
        CompiledKernel[] kernels = [.. Enumerable.Range(0, 8).Select(i => Random(i, bytes: 50_000))];
        int read = 0;
        Parallel.For(0, 200, i =>
        {
            KernelCache cache = new(folder.Path);
            if (i % 2 == 0)
            {
                cache.Write(Key, kernels[i / 2 % kernels.Length]);
            }
            else if (cache.TryRead(Key) is { } found)
            {
                Interlocked.Increment(ref read);
                Assert.That(kernels.Any(k => k.Ptx.Span.SequenceEqual(found.Ptx.Span) && k.Cubin.Span.SequenceEqual(found.Cubin.Span)), Is.True);
            }
        });
        Assert.That(read, Is.Positive, "reads that found something");
        Assert.That(Directory.GetFiles(folder.Path, "*.tmp"), Is.Empty);
    }

    [Test]
    public void TheOldestGoWhenThereIsTooMuch()
    {
        using TemporaryDirectory folder = new();
        KernelCache cache = new(folder.Path, capacityBytes: 5_500);
        string[] keys = [.. "0123456".Select(c => new string(c, 64))];
        for (int i = 0; i < keys.Length; i++)
        {
            cache.Write(keys[i], Random(i, bytes: 500)); // 1,136 bytes on disk: four fit
            File.SetLastWriteTimeUtc(EntryPath(folder, keys[i]), DateTime.UtcNow.AddHours(i - 10));
            if (i == 2)
            {
                Assert.That(cache.TryRead(keys[0]), Is.Not.Null, "used again: young again");
            }
        }

        Assert.That(keys.Where(key => File.Exists(EntryPath(folder, key))), Is.EqualTo(new[] { keys[0], keys[4], keys[5], keys[6] }));
    }

    [Test]
    public void AFolderThatCannotBeWrittenCostsOneWarning()
    {
        using TemporaryDirectory folder = new();
        string file = Path.Combine(folder.Path, "file");
        File.WriteAllText(file, "a folder cannot be made in here, whoever asks");
        List<string> warnings = [];
        KernelCache cache = new(Path.Combine(file, "cache"), warnings.Add);
        cache.Write(Key, Random(1));
        cache.Write(OtherKey, Random(2));
        Assert.That(cache.TryRead(Key), Is.Null);
        Assert.That(warnings, Has.Count.EqualTo(1));
        Assert.That(warnings[0], Does.Contain(Path.Combine(file, "cache")));
    }

    private static string EntryPath(TemporaryDirectory folder, string key) => Path.Combine(folder.Path, key + ".kernel");

    private static CompiledKernel Random(int seed, int bytes = 1000, KernelUsage? usage = null)
    {
        Random random = new(seed);
        byte[] cubin = new byte[bytes];
        byte[] ptx = new byte[bytes];
        random.NextBytes(cubin);
        random.NextBytes(ptx);
        return new CompiledKernel(cubin, ptx, usage);
    }

    private static void AssertSame(CompiledKernel? actual, CompiledKernel expected)
    {
        Assert.That(actual, Is.Not.Null);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(actual!.Cubin.ToArray(), Is.EqualTo(expected.Cubin.ToArray()));
            Assert.That(actual.Ptx.ToArray(), Is.EqualTo(expected.Ptx.ToArray()));
            Assert.That(actual.Usage, Is.EqualTo(expected.Usage));
        }
    }
}
