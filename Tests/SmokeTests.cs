using NUnit.Framework;

namespace SpecExecNative.Tests;

public sealed class SmokeTests
{
    [Test]
    public void RepositoryIsFound() => Assert.That(TestData.RepositoryRoot, Is.Not.Null);
}
