using System.Runtime.ExceptionServices;

namespace ImageInsight.Analysis.Layers.Compression;

/// <summary>
/// A few blocks that go round between one thread that fills them and one that reads them, so that inflating overlaps
/// hashing and parsing and memory stays flat. Who waits sleeps, until there is work for a while: collections that spin
/// first, and a switch of threads for each block, took the core that the other thread needed.
/// </summary>
internal sealed class BlockPipe : IDisposable
{
    private const int Blocks = 6;

    /// <summary>Who has nothing to do is woken for so many.</summary>
    private const int Batch = Blocks / 2;

    private readonly object gate = new();
    private readonly List<Block> all = new(Blocks);
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
            all.Add(new Block());
        foreach (var block in all)
            free.Enqueue(block);
        registration = cancellationToken.Register(Stop);
        producer = Task.Factory.StartNew(
            () => Produce(fill), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>The next block, or null at the end; throws what made filling fail.</summary>
    public Block? Take()
    {
        lock (gate)
        {
            if (full.Count == 0)
                while (full.Count < Batch && !ended && !stopped)
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
            if (free.Count == Batch)
                Monitor.Pulse(gate);
        }
    }

    public void Dispose()
    {
        Stop();
        registration.Dispose();
        // It stops at its next block, and never throws.
        producer.GetAwaiter().GetResult();
        foreach (var block in all)
            block.Release();
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
                    if (full.Count == Batch)
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
            if (free.Count == 0)
                while (free.Count < Batch && !stopped)
                    Monitor.Wait(gate);
            return stopped ? null : free.Dequeue();
        }
    }
}
