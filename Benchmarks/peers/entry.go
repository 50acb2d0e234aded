// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
)

// The structs of Consul's own client (api.ServiceEntry), without the members that the Swift program leaves out as well.

type node struct {
	ID              string
	Node            string
	Address         string
	Datacenter      string
	TaggedAddresses map[string]string
	Meta            map[string]string
}

type taggedAddress struct {
	Address string
	Port    int
}

type weights struct {
	Passing int
	Warning int
}

type proxy struct {
	DestinationServiceName string
}

type service struct {
	Kind            string
	ID              string
	Service         string
	Tags            []string
	Meta            map[string]string
	Port            int
	Address         string
	TaggedAddresses map[string]taggedAddress
	Weights         weights
	Proxy           *proxy
}

type check struct {
	CheckID   string
	Name      string
	Status    string
	ServiceID string
}

type entry struct {
	Node    *node
	Service *service
	Checks  []*check
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
