using System.Runtime.ExceptionServices;

namespace ImageInsight.Analysis.Layers.Compression;

/// <summary>
/// A few blocks that go round between one thread that fills them and one that reads them, so that inflating overlaps
/// hashing and parsing and memory stays flat. Who waits sleeps: collections that spin first took the core that the
/// other thread needed.
/// </summary>
internal sealed class BlockPipe : IDisposable
{
    private const int Blocks = 6;

    private readonly object gate = new();
    private readonly Queue<Block> free = new(Blocks);
    private readonly Queue<Block> full = new(Blocks);
    private readonly CancellationToken cancellationToken;
    private readonly CancellationTokenRegistration registration;
    private readonly Task producer;
    private ExceptionDispatchInfo? failure;
    private bool ended;
    private bool stopped;

    /// <param name="fill">Fills a block completely (less only at the end); false when there is nothing more.</param>
    public BlockPipe(Func<Block, bool> fill, CancellationToken cancellationToken)
    {
        this.cancellationToken = cancellationToken;
        for (var i = 0; i < Blocks; i++)
            free.Enqueue(new Block());
        registration = cancellationToken.Register(Stop);
        producer = Task.Factory.StartNew(() => Produce(fill), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>The next block, or null at the end; throws what made filling fail.</summary>
    public Block? Take()
    {
        lock (gate)
        {
            while (full.Count == 0 && !ended && !stopped)
                Monitor.Wait(gate);
            cancellationToken.ThrowIfCancellationRequested();
            if (full.TryDequeue(out var block))
                return block;
        }

        failure?.Throw();
        return null;
    }

    public void Return(Block block)
    {
        block.Length = 0;
        block.Points.Clear();
        lock (gate)
        {
            free.Enqueue(block);
            Monitor.Pulse(gate);
        }
    }

    public void Dispose()
    {
        Stop();
        registration.Dispose();
        // It stops at its next block, and never throws.
        producer.GetAwaiter().GetResult();
    }

    private void Stop()
    {
        lock (gate)
        {
            stopped = true;
            Monitor.PulseAll(gate);
        }
    }

    private void Produce(Func<Block, bool> fill)
    {
        try
        {
            while (TakeFree() is { } block && fill(block))
                lock (gate)
                {
                    full.Enqueue(block);
                    Monitor.Pulse(gate);
                }
        }
        catch (Exception e)
        {
            failure = ExceptionDispatchInfo.Capture(e);
        }
        finally
        {
            lock (gate)
            {
                ended = true;
                Monitor.PulseAll(gate);
            }
        }
    }

    private Block? TakeFree()
    {
        lock (gate)
        {
            while (free.Count == 0 && !stopped)
                Monitor.Wait(gate);
            return stopped ? null : free.Dequeue();
        }
    }
}
