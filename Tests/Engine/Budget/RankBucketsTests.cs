using NUnit.Framework;
using SpecExecNative.Engine.Budget;

namespace SpecExecNative.Tests.Engine.Budget;

public sealed class RankBucketsTests
{
    [Test]
    public void EachRankIsInTheBucketThatSaysSo()
    {
        for (int rank = 1; rank <= 5000; rank++)
        {
            int bucket = RankBuckets.Of(rank);
            Assert.That(rank, Is.InRange(RankBuckets.Start(bucket), RankBuckets.End(bucket) - 1));
        }
    }

    [Test]
    public void TheLargestTreeHasABucket() => Assert.That(RankBuckets.Of(1 << 20), Is.LessThan(RankBuckets.Count));
}
