using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace ImageInsight.Analysis.Layers.Compression;

/// <summary>
/// A few blocks that go round between one thread that fills them and one that reads them, so that inflating overlaps
/// hashing and parsing and memory stays flat.
/// </summary>
internal sealed class BlockPipe : IDisposable
{
    private const int Blocks = 6;

    private readonly BlockingCollection<Block> free = new(Blocks);
    private readonly BlockingCollection<Block> full = new(Blocks);
    private readonly CancellationTokenSource stop;
    private readonly Task producer;
    private ExceptionDispatchInfo? failure;

    /// <param name="fill">Fills a block completely (less only at the end); false when there is nothing more.</param>
    public BlockPipe(Func<Block, bool> fill, CancellationToken cancellationToken)
    {
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        for (var i = 0; i < Blocks; i++)
            free.Add(new Block(), CancellationToken.None);
        producer = Task.Factory.StartNew(() => Produce(fill), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>The next block, or null at the end; throws what made filling fail.</summary>
    public Block? Take()
    {
        if (full.TryTake(out var block, Timeout.Infinite, stop.Token))
            return block;
        failure?.Throw();
        return null;
    }

    public void Return(Block block)
    {
        block.Length = 0;
        block.Points.Clear();
        free.Add(block, CancellationToken.None);
    }

    public void Dispose()
    {
        stop.Cancel();
        // The producer sees the token at its next block; it never throws out of Produce.
        producer.GetAwaiter().GetResult();
        stop.Dispose();
        free.Dispose();
        full.Dispose();
    }

    private void Produce(Func<Block, bool> fill)
    {
        try
        {
            while (true)
            {
                var block = free.Take(stop.Token);
                if (!fill(block))
                    break;
                full.Add(block, stop.Token);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The reader is gone or is told by its own wait on the same token.
        }
        catch (Exception e)
        {
            failure = ExceptionDispatchInfo.Capture(e);
        }
        finally
        {
            full.CompleteAdding();
        }
    }
}
