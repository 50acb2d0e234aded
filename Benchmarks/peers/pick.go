// SPDX-License-Identifier: Apache-2.0

// Picks as a Go program would have them: round robin by an atomic counter over a slice, and the endpoint with fewer
// requests of two random ones, with a closure that is called when the request ends; both behind an interface, as in
// grpc-go. The port of each picked endpoint is read.
//
//	pick COUNT SIZE      nanoseconds of a pick by round robin, alone and in each of two threads, and of a pick by least
//	                     request with its completion, alone and in each of two threads
//
// As in ConcurrentRuns.swift, a run of one of two threads counts if the other thread has run meanwhile.
package main

import (
	"fmt"
	"math"
	"math/rand"
	"os"
	"sort"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

type endpoint struct {
	address     string
	port        uint16
	outstanding atomic.Int32
}

type result struct {
	endpoint *endpoint
	done     func()
}

type picker interface {
	pick() result
}

type roundRobin struct {
	endpoints []*endpoint
	next      atomic.Uint32
}

func (p *roundRobin) pick() result {
	index := p.next.Add(1) % uint32(len(p.endpoints))
	return result{endpoint: p.endpoints[index]}
}

type leastRequest struct {
	endpoints []*endpoint
}

func (p *leastRequest) pick() result {
	chosen := p.endpoints[rand.Intn(len(p.endpoints))]
	other := p.endpoints[rand.Intn(len(p.endpoints))]
	if other.outstanding.Load() < chosen.outstanding.Load() {
		chosen = other
	}
	chosen.outstanding.Add(1)
	return result{endpoint: chosen, done: func() { chosen.outstanding.Add(-1) }}
}

const runs = 101

type counter struct {
	_     [64]byte
	parts atomic.Int64
	_     [64]byte
}

func measure(p picker, count int, own, other *counter) []float64 {
	var times []float64
	part := count / (10 * runs)
	sum := 0
	for try := 0; try < 100*runs && len(times) < runs; try++ {
		var before int64
		if other != nil {
			before = other.parts.Load()
		}
		start := time.Now()
		for i := 0; i < 10; i++ {
			for j := 0; j < part; j++ {
				picked := p.pick()
				sum += int(picked.endpoint.port)
				if picked.done != nil {
					picked.done()
				}
			}
			own.parts.Add(1)
		}
		elapsed := float64(time.Since(start).Nanoseconds()) / float64(10*part)
		if other != nil {
			if meanwhile := other.parts.Load() - before; meanwhile < 7 || meanwhile > 14 {
				continue
			}
		}
		times = append(times, elapsed)
	}
	if sum == 0 {
		panic("nothing was picked")
	}
	return times
}

func median(times []float64) float64 {
	if len(times) == 0 {
		return math.NaN()
	}
	sort.Float64s(times)
	return times[len(times)/2]
}

func beside(p picker, count int) float64 {
	var group sync.WaitGroup
	results := make([][]float64, 2)
	counters := make([]counter, 2)
	for i := range results {
		group.Add(1)
		go func(i int) {
			defer group.Done()
			results[i] = measure(p, count, &counters[i], &counters[1-i])
		}(i)
	}
	group.Wait()
	return median(append(results[0], results[1]...))
}

func main() {
	count, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	size, err := strconv.Atoi(os.Args[2])
	if err != nil {
		panic(err)
	}
	var endpoints []*endpoint
	for i := 0; i < size; i++ {
		endpoints = append(endpoints, &endpoint{address: fmt.Sprintf("10.0.%d.%d", i/256, i%256), port: 8080})
	}
	for _, p := range []picker{&roundRobin{endpoints: endpoints}, &leastRequest{endpoints: endpoints}} {
		fmt.Print(median(measure(p, count, &counter{}, nil)), " ", beside(p, count), " ")
	}
	fmt.Println()
}
