// SPDX-License-Identifier: Apache-2.0

// Picks as a Go program would have them: round robin by an atomic counter over a slice, and the endpoint with fewer
// requests of two random ones, with a closure that is called when the request ends; both behind an interface, as in
// grpc-go.
//
//	pick COUNT SIZE      nanoseconds of a pick by round robin, alone and in each of two threads, and of a pick by least
//	                     request with its completion, alone and in each of two threads
package main

import (
	"fmt"
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

func measure(p picker, count int) []float64 {
	times := make([]float64, runs)
	sum := 0
	for run := range times {
		start := time.Now()
		for i := 0; i < count/runs; i++ {
			picked := p.pick()
			sum += len(picked.endpoint.address)
			if picked.done != nil {
				picked.done()
			}
		}
		times[run] = float64(time.Since(start).Nanoseconds()) / float64(count/runs)
	}
	if sum == 0 {
		panic("nothing was picked")
	}
	return times
}

func median(times []float64) float64 {
	sort.Float64s(times)
	return times[len(times)/2]
}

func beside(p picker, count int) float64 {
	var group sync.WaitGroup
	results := make([][]float64, 2)
	for i := range results {
		group.Add(1)
		go func(i int) {
			defer group.Done()
			results[i] = measure(p, count)
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
		endpoints = append(endpoints, &endpoint{address: fmt.Sprintf("10.0.%d.%d", i/256, i%256)})
	}
	for _, p := range []picker{&roundRobin{endpoints: endpoints}, &leastRequest{endpoints: endpoints}} {
		fmt.Print(median(measure(p, count)), " ", beside(p, count), " ")
	}
	fmt.Println()
}
