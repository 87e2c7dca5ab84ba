namespace ImageInsight.Data.Tests;

public sealed class ByteCacheTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Many_who_ask_at_once_wait_for_one_load()
    {
        var cache = Cache(10);
        var (loads, ready) = (0, new TaskCompletionSource<string?>());
        Task<string?> Load()
        {
            Interlocked.Increment(ref loads);
            return ready.Task;
        }

        var asked = Enumerable.Range(0, 20).Select(_ => cache.GetAsync("a", Load, Token)).ToList();
        Assert.Null(cache.Find("a"));
        ready.SetResult("12345");
        Assert.All(await Task.WhenAll(asked), v => Assert.Equal("12345", v));
        Assert.Equal("12345", await cache.GetAsync("a", Load, Token));
        Assert.Equal((1, 5), (loads, cache.Bytes));
    }

    [Fact]
    public void The_least_recently_used_goes_first()
    {
        var cache = Cache(10);
        cache.Keep("a", "1234");
        cache.Keep("b", "1234");
        Assert.NotNull(cache.Find("a"));
        cache.Keep("c", "1234");
        Assert.Equal(("1234", null, "1234"), (cache.Find("a"), cache.Find("b"), cache.Find("c")));
        Assert.Equal(8, cache.Bytes);
    }

    [Fact]
    public async Task The_one_just_asked_for_stays_whatever_its_size_until_another_comes()
    {
        var cache = Cache(10);
        cache.Keep("a", "1234");
        await cache.GetAsync("big", () => Task.FromResult<string?>(new string('x', 50)), Token);
        Assert.Equal((true, false, 50L), (cache.Find("big") is not null, cache.Find("a") is not null, cache.Bytes));
        await cache.GetAsync("b", () => Task.FromResult<string?>("12"), Token);
        Assert.Equal((false, true, 2L), (cache.Find("big") is not null, cache.Find("b") is not null, cache.Bytes));
    }

    [Fact]
    public void What_is_trimmed_goes_even_when_it_came_last()
    {
        var cache = Cache(10);
        cache.Keep("a", "1234");
        cache.Keep("b", "1234");
        cache.Trim(5);
        Assert.Equal((null, "1234", 4L), (cache.Find("a"), cache.Find("b"), cache.Bytes));
        cache.Trim(0);
        Assert.Equal((null, 0L), (cache.Find("b"), cache.Bytes));
    }

    [Fact]
    public async Task What_is_removed_while_it_is_loaded_is_answered_but_not_kept()
    {
        var cache = Cache(10);
        var (first, second) = (new TaskCompletionSource<string?>(), new TaskCompletionSource<string?>());
        var old = cache.GetAsync("a", () => first.Task, Token);
        cache.Remove("a");
        var anew = cache.GetAsync("a", () => second.Task, Token);
        first.SetResult("old");
        Assert.Equal("old", await old);
        Assert.Equal((null, 0L), (cache.Find("a"), cache.Bytes));
        second.SetResult("new");
        Assert.Equal("new", await anew);
        Assert.Equal(("new", 3L), (cache.Find("a"), cache.Bytes));
        cache.Remove("a");
        Assert.Equal((null, 0L), (cache.Find("a"), cache.Bytes));
    }

    [Fact]
    public async Task What_is_kept_while_the_same_is_loaded_counts_once()
    {
        var cache = Cache(10);
        var late = new TaskCompletionSource<string?>();
        var loading = cache.GetAsync("a", () => late.Task, Token);
        cache.Keep("a", "kept");
        late.SetResult("loaded");
        Assert.Equal("loaded", await loading);
        Assert.Equal(("kept", 4L), (cache.Find("a"), cache.Bytes));
        cache.Keep("a", "kept2");
        Assert.Equal(("kept2", 5L), (cache.Find("a"), cache.Bytes));
    }

    [Fact]
    public async Task A_load_that_fails_or_finds_nothing_is_tried_again()
    {
        var cache = Cache(10);
        await Assert.ThrowsAsync<IOException>(() => cache.GetAsync("a", () => throw new IOException(), Token));
        Assert.Null(await cache.GetAsync("a", () => Task.FromResult<string?>(null), Token));
        Assert.Equal("1", await cache.GetAsync("a", () => Task.FromResult<string?>("1"), Token));
    }

    [Fact]
    public async Task Who_stops_waiting_does_not_stop_the_load_for_others()
    {
        var cache = Cache(10);
        var ready = new TaskCompletionSource<string?>();
        using var stop = new CancellationTokenSource();
        var impatient = cache.GetAsync("a", () => ready.Task, stop.Token);
        var patient = cache.GetAsync("a", () => throw new InvalidOperationException("a second load"), Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        ready.SetResult("1");
        Assert.Equal("1", await patient);
    }

    [Fact]
    public async Task A_load_under_way_is_not_thrown_out_for_want_of_room()
    {
        var cache = Cache(10);
        var ready = new TaskCompletionSource<string?>();
        var loading = cache.GetAsync("a", () => ready.Task, Token);
        cache.Keep("b", new string('x', 50));
        ready.SetResult("1");
        Assert.Equal("1", await loading);
        Assert.Equal(("1", null, 1L), (cache.Find("a"), cache.Find("b"), cache.Bytes));
    }

    [Fact]
    public async Task A_value_gets_old_and_is_taken_once()
    {
        var clock = new Clock();
        var cache = new ByteCache<string, string>(10, v => v.Length, TimeSpan.FromSeconds(30), clock);
        cache.Keep("a", "1");
        cache.Keep("b", "2");
        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(("1", null), (cache.Take("a"), cache.Take("a")));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((null, 0L), (cache.Take("b"), cache.Bytes));
        Assert.Equal("3", await cache.GetAsync("b", () => Task.FromResult<string?>("3"), Token));
        clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal("4", await cache.GetAsync("b", () => Task.FromResult<string?>("4"), Token));
    }

    private static ByteCache<string, string> Cache(long budget) => new(budget, v => v.Length);
}
