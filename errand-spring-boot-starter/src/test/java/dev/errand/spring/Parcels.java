package dev.errand.spring;

import org.springframework.data.jpa.repository.JpaRepository;

interface Parcels extends JpaRepository<Parcel, Long> {}
